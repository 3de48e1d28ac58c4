import { type Connected, type Keys, linkOf } from "@fedbucket/client";
import type { ConnectOptions } from "../commands/connect.ts";
import type { Context } from "../context.ts";
import { stepLine } from "../steps.ts";
import { moveLeftovers } from "./leftovers.ts";
import type { Prepared } from "./prepare.ts";
import { printConnected } from "./report.ts";
import { rememberSettings, setUpTools } from "./tools.ts";

/** What is left of `connect` once nothing can be refused without a request: the chain, the tools, the report. */
export async function makeConnection(
  context: Context,
  prepared: Prepared,
  options: Pick<ConnectOptions, "default" | "json" | "moveLeftovers">,
): Promise<void> {
  try {
    await finish(context, prepared, await prepared.opened.session.connect(), options);
  } catch (error) {
    // What to do next, `keys import` for one, goes by the profile's name.
    if (linkOf(error) === "sts") await rememberSettings(context, prepared);
    throw error;
  }
}

/** As {@link makeConnection}, with keys that the person made elsewhere. */
export async function importConnection(
  context: Context,
  prepared: Prepared,
  pair: Pick<Keys, "accessKeyId" | "secretAccessKey">,
  options: Pick<ConnectOptions, "json">,
): Promise<void> {
  await finish(context, prepared, await prepared.opened.session.importKeys(pair), options);
}

async function finish(
  context: Context,
  prepared: Prepared,
  connected: Connected,
  options: Pick<ConnectOptions, "default" | "json" | "moveLeftovers">,
): Promise<void> {
  if (options.default !== false) await moveLeftovers(context, ["default"], options.moveLeftovers);
  const tools = await setUpTools(context, prepared, connected, options.default);
  context.stderr.write(stepLine({ link: "Tools", detail: tools.detail, ms: tools.ms }));
  await printConnected(context, prepared, connected, tools.written, options.json === true);
}
