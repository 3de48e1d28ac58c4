import { type Connected, type Keys, linkOf } from "@fedbucket/client";
import { oldClients } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import type { ConnectOptions } from "./connect.ts";
import type { Prepared } from "./prepare.ts";

type FinishOptions = Pick<ConnectOptions, "default" | "json" | "moveLeftovers">;

/** What is left of `connect` once nothing can be refused without a request: the chain, the tools, the report. */
export async function makeConnection(context: Context, prepared: Prepared, options: FinishOptions): Promise<void> {
  try {
    const [connected, finish] = await Promise.all([prepared.opened.session.connect(), readyToFinish(context)]);
    await finish(prepared, connected, options);
  } catch (error) {
    // What to do next, `keys import` for one, goes by the profile's name.
    if (linkOf(error) === "sts") await (await import("./tools.ts")).rememberSettings(context, prepared);
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
  const connected = await prepared.opened.session.importKeys(pair);
  const finish = await readyToFinish(context);
  await finish(prepared, connected, options);
}

/**
 * What comes once the chain stands. It is made ready while servers are waited for: each piece in a turn of its own, after a
 * request has left.
 */
async function readyToFinish(
  context: Context,
): Promise<(prepared: Prepared, connected: Connected, options: FinishOptions) => Promise<void>> {
  await nextTurn();
  process.getBuiltinModule("node:crypto"); // signs the last request
  await nextTurn();
  const { finish } = await import("./finish.ts");
  await nextTurn();
  const old = oldClients(context.env);
  return (prepared, connected, options) => finish(context, prepared, connected, { ...options, oldClients: old });
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
