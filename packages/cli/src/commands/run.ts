import { Command } from "commander";
import type { CommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { ProgramEnded, reportFailure, toFailure } from "../exit.ts";
import { lend } from "../lend.ts";
import { caBundleOption, debugOption, profileOption } from "../options.ts";
import { startLending } from "../run/endpoint.ts";
import { borrowersEnvironment } from "../run/environment.ts";
import { writePrivateFiles } from "../run/private-files.ts";
import { runProgram } from "../run/program.ts";
import { openSession } from "../session.ts";
import { openstackVariables } from "../variables/openstack.ts";
import { placeOf } from "../variables/store.ts";

/** Keys are renewed about this long after they need to be, so that a program seldom has to wait for it. */
const lookAfterMs = 60_000;

export function command(context: Context): Command {
  return new Command("run")
    .argument("<command...>", "the program and its arguments, after --")
    .passThroughOptions()
    .description(
      "Runs a program that borrows this connection's keys for as long as it runs: none is in its environment, and leftovers of other set-ups do not get in its way. The exit code is the program's.",
    )
    .addOption(profileOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action((words: string[], options: CommonOptions) => run(context, words, options));
}

async function run(context: Context, words: readonly string[], options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const named = { ...options, profile: session.name };
  const borrow = (): ReturnType<typeof lend> => lend(context, named);
  await borrow(); // what is wrong is said before the program starts
  const place = placeOf(session.profile, await session.endpoint());
  await using endpoint = await startLending(borrow, (error) => reportFailure(error, context, { json: false }));
  await using files = await writePrivateFiles(place);
  const { url, token } = endpoint;
  const openstack = await openstackIfPossible(context, () => openstackVariables(session));
  const env = borrowersEnvironment(context.env, { place, url, token, files, openstack });
  const care = setInterval(() => void borrow().catch(() => undefined), lookAfterMs); // a program that asks is told why
  try {
    throw new ProgramEnded(await runProgram(context, words, env));
  } finally {
    clearInterval(care);
  }
}

/** Keys outlive tokens: a program that needs only the store must not fail for want of a token. */
async function openstackIfPossible(
  { stderr }: Context,
  make: () => Promise<Record<string, string>>,
): Promise<Record<string, string>> {
  try {
    return await make();
  } catch (error) {
    stderr.write(`note: OpenStack's own clients will not work (OS_* are not set): ${toFailure(error).message}\n`);
    return {};
  }
}
