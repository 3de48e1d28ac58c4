import type { Lent, ProfileState } from "./state.ts";

/** Well before any membership lapses: sites do not tell how long it lives, an hour is the shortest heard of. */
export const usualRenewAfterSeconds = 1800;

/** However short a membership was seen to be, a site is not logged in to more often than this. */
const shortestByItself = 60;

/**
 * How old the last federated login may get. The profile's setting; half of the shortest life that a membership was seen
 * to have, where that is less.
 */
export function renewAfterSeconds({ federated, lapsedAfterSeconds }: ProfileState): number {
  const setting = federated?.renewAfterSeconds ?? usualRenewAfterSeconds;
  if (lapsedAfterSeconds === undefined) return setting;
  return Math.min(setting, Math.max(shortestByItself, Math.floor(lapsedAfterSeconds / 2)));
}

/** Whether the keys may be lent without asking anybody: they, or the membership behind them, were renewed lately. */
export function isRenewedLately(state: ProfileState, now: Date): boolean {
  const { keys, federated } = state;
  if (keys?.imported === true) return true;
  if (keys?.lent !== undefined) return now.getTime() < Date.parse(keys.lent.renewAt);
  return ageSeconds(federated?.loggedInAt, now) < renewAfterSeconds(state);
}

/** Whether the keys should still work although it is time to renew: while another process is at it, nobody waits. */
export function mayLendMeanwhile(state: ProfileState, now: Date): boolean {
  if (state.keys?.lent !== undefined) return stillLent(state.keys.lent, now);
  return ageSeconds(state.federated?.loggedInAt, now) < 2 * renewAfterSeconds(state);
}

/** Not in their last moments, so that they do not expire on the way. */
export const stillLent = ({ expiresAt }: Lent, now: Date): boolean => Date.parse(expiresAt) - 10_000 > now.getTime();

/**
 * When keys that live this long expire and when others are asked for: 5 minutes before botocore comes for them (it does
 * 15 minutes before the end), of short-lived ones at half of their life.
 */
export function lentFor(lifeMs: number, now: Date): Pick<Lent, "expiresAt" | "renewAt"> {
  const at = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  return { expiresAt: at(lifeMs), renewAt: at(lifeMs - Math.min(20 * minuteMs, lifeMs / 2)) };
}

/** After a renewal that failed the next is tried this much later, in seconds: not by each of a thousand processes. */
const pauseAfterFailure = 60;

export const isTriedLately = (state: ProfileState, now: Date): boolean =>
  ageSeconds(state.renewalFailedAt, now) < Math.min(pauseAfterFailure, renewAfterSeconds(state)) &&
  (state.keys?.lent === undefined || stillLent(state.keys.lent, now));

const minuteMs = 60_000;

/**
 * How long a tool may keep keys that do not expire, in milliseconds. botocore comes back 15 minutes before the end, and with
 * every request when it is nearer; so a minute more than that at least, an hour at most.
 */
export const lentForMs = (state: ProfileState): number =>
  Math.max(16 * minuteMs, Math.min(60 * minuteMs, renewAfterSeconds(state) * 1000));

/** A clock that was put back makes things of the future, which are taken for old. */
function ageSeconds(at: string | undefined, now: Date): number {
  const age = (now.getTime() - Date.parse(at ?? "")) / 1000;
  return age >= 0 ? age : Number.POSITIVE_INFINITY;
}
