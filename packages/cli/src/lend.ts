import { isRenewedLately, type Keys, linkOf, type ProfileState, type Secret } from "@fedbucket/client";
import { fedbucketPaths, loadState } from "@fedbucket/client/node";
import type { Context } from "./context.ts";
import type { OpenOptions } from "./session.ts";

/** Tools come back for new ones when this is near: botocore 15 minutes before. Keys by themselves have no expiry. */
const lentForMs = 60 * 60 * 1000;

/** Sites forget a federated login after a time they do not tell; a day is usual, so it is renewed well before. */
const renewAfterHours = 6;

/** Keys as a tool borrows them. */
export interface Lent {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Until when the tool may use them without asking again. */
  readonly expiresAt: Date;
}

/** Prints what AWS tools expect of a credential_process. The rest of fedbucket is loaded only when keys are not fresh. */
export async function lendCredentials(context: Context, options: OpenOptions): Promise<void> {
  const { accessKeyId, secretAccessKey, expiresAt } = await lend(context, options);
  context.stdout.write(
    `${JSON.stringify({
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey.reveal(),
      Expiration: wireTime(expiresAt),
    })}\n`,
  );
}

/** As the AWS tools' parsers like it: without fractions of seconds. */
export const wireTime = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");

/**
 * Keys for a tool. Asks no server while the membership behind them was renewed lately.
 *
 * @throws Failure of the link that cannot be made
 */
export async function lend(context: Context, options: OpenOptions): Promise<Lent> {
  const { state: folder } = fedbucketPaths(context.env);
  const profile = options.profile ?? context.env["FEDBUCKET_PROFILE"];
  const state = profile === undefined ? undefined : await loadState(folder, profile);
  const fresh = state !== undefined && isRenewedLately(state, context.now(), renewAfterHours);
  const keys = fresh && state.keys !== undefined ? state.keys : await renewedKeys(context, options, state);
  const { accessKeyId, secretAccessKey } = keys;
  return { accessKeyId, secretAccessKey, expiresAt: new Date(context.now().getTime() + lentForMs) };
}

/**
 * Renews the membership behind the keys and proves them, now that it is time to. A login that cannot be renewed, or a
 * site that cannot be reached, is no reason to withhold keys that may still work; keys that the store refuses are.
 */
async function renewedKeys(context: Context, options: OpenOptions, known: ProfileState | undefined): Promise<Keys> {
  const { openSession } = await import("./session.ts");
  try {
    const session = await openSession(context, options);
    const state = known ?? (await session.state());
    if (state.keys !== undefined && isRenewedLately(state, context.now(), renewAfterHours)) return state.keys;
    if (state.keys !== undefined) await session.renew();
    return (await session.connect()).keys;
  } catch (error) {
    if (known?.keys === undefined || linkOf(error) === "keys") throw error;
    return known.keys;
  }
}
