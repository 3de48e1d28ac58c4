import type { Chain } from "./chain.ts";
import { chainFailure } from "./failures.ts";

/** No link is tried for longer, in milliseconds; with the one it has to wait for that is well below ten seconds. */
export const limitMs = 4500;

/** The same chain with less patience. @throws Failure `LINK_TOO_SLOW` */
export async function within<T>(chain: Chain, look: (limited: Chain) => Promise<T>, ms: number = limitMs): Promise<T> {
  const limit = AbortSignal.timeout(ms);
  const signal = chain.signal === undefined ? limit : AbortSignal.any([chain.signal, limit]);
  // State lives in the chain itself, which this one only shows.
  const limited = Object.create(chain, { signal: { value: signal, enumerable: true } }) as Chain;
  try {
    return await look(limited);
  } catch (error) {
    if (error !== limit.reason) throw error;
    throw chainFailure("LINK_TOO_SLOW", `there was no answer within ${ms / 1000} s`, {
      cause: error,
      cure: ["Try again later. Behind a proxy, set HTTPS_PROXY; what is asked shows: fedbucket doctor --debug"],
    });
  }
}
