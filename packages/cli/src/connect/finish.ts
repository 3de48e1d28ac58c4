import type { Connected } from "@fedbucket/client";
import type { OldClient } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { stepLine } from "../steps.ts";
import type { ConnectOptions } from "./connect.ts";
import { moveLeftovers } from "./leftovers.ts";
import type { Prepared } from "./prepare.ts";
import { printConnected, warningsFor } from "./report.ts";
import { setUpTools } from "./tools.ts";

export interface FinishOptions extends Pick<ConnectOptions, "default" | "json" | "moveLeftovers"> {
  readonly oldClients: readonly OldClient[];
}

/** What follows once the chain stands: the tools, the report. */
export async function finish(
  context: Context,
  prepared: Prepared,
  connected: Connected,
  options: FinishOptions,
): Promise<void> {
  if (options.default !== false) await moveLeftovers(context, ["default"], options.moveLeftovers);
  const tools = await setUpTools(context, prepared, connected, options.default);
  context.stderr.write(stepLine({ link: "Tools", detail: tools.detail, ms: tools.ms }));
  const warnings = await warningsFor(context, prepared.opened.profile.name, options.oldClients);
  await printConnected(context, prepared, connected, { written: tools.written, warnings, json: options.json === true });
}
