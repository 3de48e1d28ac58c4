import type { Connected, Keys } from "@fedbucket/client";
import type { ConnectOptions } from "../commands/connect.ts";
import type { Context } from "../context.ts";
import { stepLine } from "../steps.ts";
import { moveLeftovers } from "./leftovers.ts";
import type { Prepared } from "./prepare.ts";
import { printConnected } from "./report.ts";
import { setUpTools } from "./tools.ts";

/** What is left of `connect` once nothing can be refused without a request: the chain, the tools, the report. */
export async function makeConnection(
  context: Context,
  prepared: Prepared,
  options: Pick<ConnectOptions, "default" | "json" | "moveLeftovers">,
): Promise<void> {
  await finish(context, prepared, await prepared.opened.session.connect(), options);
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
