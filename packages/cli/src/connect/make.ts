import { type Keys, linkOf } from "@fedbucket/client";
import type { Context } from "../context.ts";
import type { ConnectOptions } from "./connect.ts";
import type { Prepared } from "./prepare.ts";
import { makeReady } from "./ready.ts";

type FinishOptions = Pick<ConnectOptions, "default" | "json" | "moveLeftovers">;

/** What is left of `connect` once nothing can be refused without a request: the chain, the tools, the report. */
export async function makeConnection(
  context: Context,
  prepared: Prepared,
  options: FinishOptions,
  ready = makeReady(context),
): Promise<void> {
  try {
    const connected = await prepared.opened.session.connect();
    const { finish, old } = await ready.whole();
    await finish(context, prepared, connected, { ...options, oldClients: old });
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
  const { finish, old } = await makeReady(context).whole();
  await finish(context, prepared, connected, { ...options, oldClients: old });
}
