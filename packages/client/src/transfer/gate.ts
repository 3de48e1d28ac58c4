/** How many things are done at once, and how many may be. */
export interface Gate {
  /** Resolves when there is room. Whoever enters must leave. */
  enter(): Promise<void>;
  /** Whether there was room. */
  tryEnter(): boolean;
  leave(): void;
  /** Something came through: what the automatic limit goes by. */
  passed(bytes: number): void;
  /** A server asked for less: HTTP 503 or 429. */
  busy(): void;
  readonly limit: number;
}

export interface GateOptions {
  /** As many at once, always. Default: automatic. */
  readonly fixed?: number | undefined;
  /** Most at once when automatic. Default 64. */
  readonly most?: number;
  /** In milliseconds, steadily growing. */
  readonly now: () => number;
}

const startsWith = 16;
/** Throughput is judged over this long. */
const windowMs = 400;
/** After a server was busy, the limit stays where it went for this long. */
const restMs = 5_000;
/** What one object costs besides its bytes, so that many small ones count as progress too. */
const objectWorth = 65_536;

/**
 * Grows by half while that brings at least 5 % more throughput, steps back when it brings less, halves when a server
 * is busy.
 */
export function automaticGate({ fixed, most = 64, now }: GateOptions): Gate {
  const waiting: (() => void)[] = [];
  let limit = fixed ?? startsWith;
  let running = 0;
  let window = { since: now(), worth: 0, wasFull: false };
  let best = { rate: 0, limit };
  let restsUntil = 0;

  function judge(): void {
    const at = now();
    const elapsed = at - window.since;
    if (elapsed < windowMs) return;
    const rate = window.worth / elapsed;
    const { wasFull } = window;
    window = { since: at, worth: 0, wasFull: waiting.length > 0 };
    if (!wasFull || at < restsUntil) return;
    if (rate > best.rate * 1.05) {
      best = { rate, limit };
      limit = Math.min(most, Math.ceil(limit * 1.5));
    } else if (limit > best.limit) limit = best.limit;
    else best = { rate: (best.rate + rate) / 2, limit };
    wake();
  }

  function wake(): void {
    while (running < limit && waiting.length > 0) {
      running++;
      waiting.shift()?.();
    }
  }

  return {
    get limit() {
      return limit;
    },
    enter() {
      if (running < limit && waiting.length === 0) {
        running++;
        return Promise.resolve();
      }
      window.wasFull = true;
      return new Promise((resolve) => waiting.push(resolve));
    },
    tryEnter() {
      if (running >= limit || waiting.length > 0) {
        window.wasFull = true;
        return false;
      }
      running++;
      return true;
    },
    leave() {
      running--;
      wake();
    },
    passed(bytes) {
      window.worth += bytes + objectWorth;
      if (fixed === undefined) judge();
    },
    busy() {
      const at = now();
      if (fixed !== undefined || at - (restsUntil - restMs) < windowMs) return;
      limit = Math.max(1, Math.floor(limit / 2));
      best = { rate: 0, limit };
      restsUntil = at + restMs;
    },
  };
}

/**
 * Works through items in several lanes: one of the caller's own, more while the gate has room. Stops at the first
 * failure and rejects with it.
 */
export async function inLanes<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  { gate, most }: { readonly gate: Gate; readonly most: number },
): Promise<void> {
  const left = items[Symbol.iterator]();
  const lanes: Promise<void>[] = [];
  let open = 1;
  let failure: { readonly error: unknown } | undefined;
  let next = left.next();

  async function lane(): Promise<void> {
    while (next.done !== true && failure === undefined) {
      const item = next.value;
      next = left.next();
      widen();
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  }

  function widen(): void {
    if (next.done === true || open >= most || !gate.tryEnter()) return;
    open++;
    lanes.push(
      lane().finally(() => {
        open--;
        gate.leave();
      }),
    );
  }

  await lane();
  for (let at = 0; at < lanes.length; at++) await lanes[at];
  if (failure !== undefined) throw failure.error;
}
