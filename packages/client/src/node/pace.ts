/** Whether a disk answers so fast that asking in the foreground costs less than handing the question to a thread. */
export interface Pace {
  readonly isFast: boolean;
  /** Times some work in the foreground. */
  timed<T>(work: () => T): T;
}

/** Above this on average, the disk is far away: other work must go on meanwhile. */
const slowMs = 1;

/** Fast until shown otherwise, and then slow for good. */
export function diskPace(): Pace {
  let average = 0;
  let isFast = true;
  return {
    get isFast() {
      return isFast;
    },
    timed(work) {
      const began = performance.now();
      try {
        return work();
      } finally {
        average = average * 0.95 + (performance.now() - began) * 0.05;
        if (average > slowMs) isFast = false;
      }
    },
  };
}
