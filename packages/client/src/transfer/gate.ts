/** How many things are done at once, and how many may be. */
export interface Gate {
  /** Resolves when there is room. Whoever enters must leave. */
  enter(): Promise<void>;
  /** Whether there was room. */
  tryEnter(): boolean;
  leave(): void;
  /** A request's answer began after so many milliseconds. Before anything came through, this tells how far the server is. */
  answered(ms: number): void;
  /** Something came through: what the automatic limit goes by. */
  passed(bytes: number): void;
  /** A server asked for less, by HTTP 503 or 429, or there was no answer in time. */
  busy(): void;
  readonly limit: number;
}

export interface GateOptions {
  /** As many at once, always. Default: automatic. */
  readonly fixed?: number | undefined;
  /** Most at once when automatic, of small objects. Default 128, which takes 20 MiB more than 32 do. */
  readonly most?: number;
  /** In milliseconds, steadily growing. */
  readonly now: () => number;
}

const startsWith = 24;
/** No server is farther away than this, in milliseconds, two round trips each for the connection and TLS counted: a slow line is. */
const farthestMs = 1000;
/** Where one takes longer than this, in milliseconds, it is most of all the way that takes time, and more at once bring more. */
const farMs = 30;
/** Where one takes less than this, in milliseconds, more at once bring nothing: the processor has all it can do. */
const nearMs = 8;
/** Throughput is judged over this long. */
const windowMs = 400;
/** After a server was busy, the limit stays where it went for this long. */
const restMs = 5_000;
/** What one object costs besides its bytes, so that many small ones count as progress too. */
const objectWorth = 65_536;
/** What is larger holds more memory while it passes, and fills a line with fewer. */
const smallBytes = 1024 ** 2;
const mostLarge = 64;

interface Window {
  readonly since: number;
  passed: number;
  bytes: number;
  wasFull: boolean;
}

/**
 * Begins with 24, or with up to 128 where the first answers show that the server is far away. There it doubles each time
 * that so many came through, until that no longer brings 5 % more throughput. Then, and from the beginning on servers
 * that are near, it grows by half every 400 ms while that brings more, and steps back when it brings less; where an object
 * takes less than 8 ms it stays. It halves when a server is busy, and stays there for 5 s. Of what is larger than 1 MiB
 * there are at most 64 at once.
 */
export function automaticGate({ fixed, most = 128, now }: GateOptions): Gate {
  const waiting: (() => void)[] = [];
  let limit = fixed ?? Math.min(most, startsWith);
  let running = 0;
  let quickestMs = Infinity;
  let isStarting = true;
  let doubles = true;
  let window = newWindow(false);
  let best = { rate: 0, limit };
  let restsUntil = 0;

  function newWindow(wasFull: boolean): Window {
    return { since: now(), passed: 0, bytes: 0, wasFull };
  }

  function judge(): void {
    const { since, passed, bytes, wasFull } = window;
    const at = now();
    const elapsed = at - since;
    const oneMs = (elapsed * limit) / passed;
    const isRound = passed >= limit && oneMs >= farMs && quickestMs >= farMs;
    if (elapsed < windowMs && !(doubles && isRound)) return;
    const rate = (bytes + passed * objectWorth) / elapsed;
    const ceiling = bytes > passed * smallBytes ? Math.min(most, mostLarge) : most;
    window = newWindow(waiting.length > 0);
    if (wasFull && at >= restsUntil && (oneMs >= nearMs || limit > startsWith)) {
      if (rate > best.rate * 1.05) {
        best = { rate, limit };
        if (oneMs >= nearMs) limit = Math.ceil(limit * (doubles && isRound ? 2 : 1.5));
      } else {
        doubles = false;
        if (limit > best.limit) limit = best.limit;
        else best = { rate: (best.rate + rate) / 2, limit };
      }
    }
    limit = Math.min(limit, ceiling);
    wake();
  }

  function wake(): void {
    while (running < limit && waiting.length > 0) {
      running++;
      waiting.shift()?.();
    }
  }

  /** The clock starts with the first one: what is done before says nothing of throughput. */
  function begin(): void {
    if (running === 0 && window.passed === 0) window = newWindow(window.wasFull);
    running++;
  }

  return {
    get limit() {
      return limit;
    },
    enter() {
      if (running < limit && waiting.length === 0) {
        begin();
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
      begin();
      return true;
    },
    leave() {
      running--;
      wake();
    },
    answered(ms) {
      if (fixed !== undefined || !isStarting) return;
      quickestMs = Math.min(quickestMs, ms);
      // One for each millisecond brings about 1000 a second; from far away, the first of each connection take several ways.
      const wanted = quickestMs > farthestMs ? startsWith : Math.round(quickestMs * (quickestMs < farMs ? 1 : 2));
      limit = Math.min(most, Math.max(startsWith, wanted));
    },
    passed(bytes) {
      isStarting = false;
      window.passed++;
      window.bytes += bytes;
      if (fixed === undefined) judge();
    },
    busy() {
      const at = now();
      if (fixed !== undefined || at - (restsUntil - restMs) < windowMs) return;
      [isStarting, doubles] = [false, false];
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
