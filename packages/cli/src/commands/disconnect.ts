import { afterwards, chainFailure, type ProfileState } from "@fedbucket/client";
import {
  fedbucketPaths,
  fileStateStore,
  forgetCurrentProfile,
  loadState,
  removeAwsProfile,
} from "@fedbucket/client/node";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { openSession, profileName } from "../session.ts";
import { tools } from "../tools/index.ts";
import { machineOf } from "../tools/machine.ts";

interface DisconnectOptions extends CommonOptions {
  readonly deleteKeys?: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("disconnect"))
    .argument("[profile]")
    .description(
      "Takes back what connect and configure wrote on this machine: sections of ~/.aws/config, settings of tools, tokens, keys. The keys stay valid at the site.",
    )
    .option("--delete-keys", "delete at the site, too, the keys that fedbucket made (other machines may be using them)")
    .action((profile: string | undefined, options: DisconnectOptions) =>
      run(context, { ...options, ...(profile && { profile }) }),
    );
}

async function run(context: Context, options: DisconnectOptions): Promise<void> {
  const name = await profileName(context, options.profile);
  const { state: folder } = fedbucketPaths(context.env);
  const state = await loadState(folder, name);
  const made = state?.madeKeys ?? [];
  const deleted =
    options.deleteKeys === true && made.length > 0 ? await deleteMadeKeys(context, { ...options, profile: name }) : [];
  const hadSections = await removeAwsProfile(context.env, name);
  for (const tool of tools) await tool.undo(machineOf(context), name);
  if (state === undefined && !hadSections) {
    throw chainFailure("NOT_CONNECTED", `${name} is not connected on this machine`, {
      cure: [`fedbucket connect ${name}`],
    });
  }
  const store = fileStateStore(folder, name);
  await store.locked(() => store.remove(), context.signal);
  await forgetCurrentProfile(folder, name);
  if (options.json === true)
    context.stdout.write(`${JSON.stringify({ profile: name, awsSections: hadSections, deletedKeys: deleted })}\n`);
  else context.stderr.write(`${farewell(name, state, deleted).join("\n")}\n`);
}

/** Before anything is forgotten: it needs the chain. */
async function deleteMadeKeys(context: Context, options: CommonOptions): Promise<string[]> {
  const session = await openSession(context, options);
  const { all, ours } = await session.keys();
  const made = all.map(({ accessKeyId }) => accessKeyId).filter((id) => ours.includes(id));
  if (made.length > 0)
    context.stderr.write(
      `Deleting ${made.join(", ")}, for other machines that use them, too. ${afterwards["s3-keys"].words}.\n`,
    );
  for (const accessKeyId of made) await session.deleteKeys(accessKeyId);
  return made;
}

function farewell(name: string, state: ProfileState | undefined, deleted: readonly string[]): string[] {
  const { madeKeys = [], keys } = state ?? {};
  const left = madeKeys.filter((id) => !deleted.includes(id));
  return [
    `${name} is disconnected: nothing of it is left on this machine.`,
    ...(left.length === 0 ? [] : [`The keys made for it stay valid at the site: ${left.join(", ")}`]),
    ...(keys?.imported === true ? [`The key you imported stays valid at the store: ${keys.accessKeyId}`] : []),
    ...(keys?.lent === undefined
      ? []
      : [`The keys lent for it end by themselves at ${keys.lent.expiresAt.slice(0, 16)}Z.`]),
    `To come back: fedbucket connect ${name}`,
  ];
}
