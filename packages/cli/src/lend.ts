import {
  chainFailure,
  isRenewedLately,
  isTriedLately,
  type Keys,
  lentForMs,
  mayLendMeanwhile,
  type ProfileState,
  type Secret,
} from "@fedbucket/client";
import {
  fedbucketPaths,
  loadState,
  lockTaker,
  pauseBefore,
  readCurrentProfile,
  renewalLock,
} from "@fedbucket/client/node";
import type { Context } from "./context.ts";
import type { OpenOptions } from "./session.ts";
import { waitMsIn } from "./waiting.ts";

/** Renewing takes a few requests; on a machine where a thousand wait for it, minutes. Whoever waits for longer is told so. */
const usualWaitMs = 600_000;

/** Keys as a tool borrows them. */
export interface Lent {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Of keys that an STS lent. */
  readonly sessionToken?: Secret;
  /** Until when the tool may use them without asking again. */
  readonly expiresAt: Date;
}

/** Prints what AWS tools expect of a credential_process. The rest of fedbucket is loaded only when keys are not fresh. */
export async function lendCredentials(context: Context, options: OpenOptions): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await lend(context, options);
  context.stdout.write(
    `${JSON.stringify({
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken === undefined ? {} : { SessionToken: sessionToken.reveal() }),
      Expiration: wireTime(expiresAt),
    })}\n`,
  );
}

/** As the AWS tools' parsers like it: without fractions of seconds. */
export const wireTime = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");

/**
 * Keys for a tool. Asks no server while the membership behind them was renewed lately; of many processes that find it
 * is time to, one renews it.
 *
 * @throws Failure of the link that cannot be made
 */
export async function lend(context: Context, options: OpenOptions): Promise<Lent> {
  const { state: folder } = fedbucketPaths(context.env);
  const profile = options.profile ?? context.env["FEDBUCKET_PROFILE"] ?? (await readCurrentProfile(folder));
  if (profile === undefined) return lent(context, await renewed(context, options), undefined);
  const load = (): Promise<ProfileState | undefined> => loadState(folder, profile);
  const known = await load();
  if (known?.keys !== undefined && isSettled(known, context.now())) return lent(context, known.keys, known);
  const keys = await oneRenews(context, { ...options, profile }, { lock: renewalLock(folder, profile), load });
  return lent(context, keys, await load());
}

/** Nothing to do now: it was renewed lately, or somebody was told a moment ago why it cannot be. */
const isSettled = (state: ProfileState, now: Date): boolean => isRenewedLately(state, now) || isTriedLately(state, now);

function lent({ now, env }: Context, keys: Keys, state: ProfileState | undefined): Lent {
  const { accessKeyId, secretAccessKey, sessionToken, lent: loan } = keys;
  const pair = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  if (loan !== undefined) return { ...pair, expiresAt: new Date(loan.expiresAt) };
  const seconds = Number(env["FEDBUCKET_LENT_SECONDS"] || Number.NaN);
  const lastsMs = seconds > 0 ? seconds * 1000 : lentForMs(state ?? { issuer: "", keystoneUrl: "", madeKeys: [] });
  return { ...pair, expiresAt: new Date(now().getTime() + lastsMs) };
}

interface Shared {
  readonly lock: string;
  readonly load: () => Promise<ProfileState | undefined>;
}

/** Renews, unless another process is at it: then the keys of before do as long as they must still work. */
async function oneRenews(context: Context, options: OpenOptions, { lock, load }: Shared): Promise<Keys> {
  const take = lockTaker(lock);
  const giveUpAt = performance.now() + (waitMsIn(context.env) ?? usualWaitMs);
  for (let attempt = 0; ; attempt++) {
    const mine = take();
    if (mine !== undefined) return withRelease(mine, () => renewed(context, options));
    const state = await load();
    if (state?.keys !== undefined && mayLendMeanwhile(state, context.now())) return state.keys;
    context.signal.throwIfAborted();
    if (performance.now() > giveUpAt) throw stillBusy(lock);
    await pauseBefore(attempt);
  }
}

async function withRelease<T>(lock: { release(): void }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function renewed(context: Context, options: OpenOptions): Promise<Keys> {
  const { openSession } = await import("./session.ts");
  const { keys, problem } = await (await openSession(context, options)).lendable();
  if (problem !== undefined) {
    const [cure = ""] = problem.cure.slice(-1);
    context.stderr.write(`note: the keys still work, but could not be renewed: ${problem.message}\n  ${cure}\n`);
  }
  return keys;
}

const stillBusy = (lock: string): Error =>
  chainFailure("RENEWAL_BUSY", "another process has been renewing this connection for long", {
    cure: ["Try again. If there is no such process:", `rm ${lock}`],
  });
