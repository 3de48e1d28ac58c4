/** Whether a disk answers so fast that asking in the foreground costs less than handing the question to a thread. */
export interface Pace {
  readonly isFast: boolean;
  /** Times some work in the foreground. */
  timed<T>(work: () => T): T;
  /** Some work elsewhere took so long. */
  readonly took: (ms: number) => void;
}

/** Above this on average, the disk is far away: other work must go on meanwhile. */
const slowMs = 1;
/** What takes longer counts as this: on a busy machine a process waits for the processor, not for the disk. */
const stallMs = 4;

/**
 * Fast until shown otherwise, and then slow for good.
 *
 * @param now In milliseconds.
 */
export function diskPace(now: () => number = () => performance.now()): Pace {
  let average = 0;
  let isFast = true;
  const took = (ms: number): void => {
    average = average * 0.95 + Math.min(ms, stallMs) * 0.05;
    if (average > slowMs) isFast = false;
  };
  return {
    took,
    get isFast() {
      return isFast;
    },
    timed(work) {
      const began = now();
      try {
        return work();
      } finally {
        took(now() - began);
      }
    },
  };
}
