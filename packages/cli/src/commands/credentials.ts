import { isRenewedLately, type Keys, type ProfileState } from "@fedbucket/client";
import { fedbucketPaths, loadState } from "@fedbucket/client/node";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";

/** Tools come back for new ones when this is near: botocore 15 minutes before. Keys by themselves have no expiry. */
const lentForMs = 60 * 60 * 1000;

/** Sites forget a federated login after a time they do not tell; a day is usual, so it is renewed well before. */
const renewAfterHours = 6;

export function command(context: Context): Command {
  return withCommonOptions(new Command("credentials"))
    .description(
      "Prints the JSON that AWS tools expect of a credential_process. Asks no server while the keys are fresh.",
    )
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const { state: folder } = fedbucketPaths(context.env);
  const profile = options.profile ?? context.env["FEDBUCKET_PROFILE"];
  const state = profile === undefined ? undefined : await loadState(folder, profile);
  const fresh = state !== undefined && isRenewedLately(state, context.now(), renewAfterHours);
  const keys = fresh && state.keys !== undefined ? state.keys : await renewedKeys(context, options, state);
  const expiresAt = new Date(context.now().getTime() + lentForMs);
  context.stdout.write(
    `${JSON.stringify({
      Version: 1,
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey.reveal(),
      Expiration: expiresAt.toISOString().replace(/\.\d+Z$/, "Z"),
    })}\n`,
  );
}

/** A login that cannot be renewed now is no reason to withhold keys that may still work. */
async function renewedKeys(context: Context, options: CommonOptions, known: ProfileState | undefined): Promise<Keys> {
  const { openSession } = await import("../session.ts");
  try {
    const session = await openSession(context, options);
    const state = known ?? (await session.state());
    if (state.keys !== undefined && isRenewedLately(state, context.now(), renewAfterHours)) return state.keys;
    if (state.keys === undefined) return (await session.connect()).keys;
    await session.renew();
    return (await session.state()).keys ?? state.keys;
  } catch (error) {
    if (known?.keys !== undefined) return known.keys;
    throw error;
  }
}
