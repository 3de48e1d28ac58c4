import type { Protocol, Server } from "./request.ts";

/** A difference that stays, and why. */
export interface Gap {
  readonly protocol: Protocol;
  /** Beside which it shows. Default: all. */
  readonly server?: Server;
  /** As {@link Differences} names it. */
  readonly field: string;
  /** Where it shows, and nowhere else. Default: wherever it does. */
  readonly steps?: readonly string[];
  readonly reason: string;
}
