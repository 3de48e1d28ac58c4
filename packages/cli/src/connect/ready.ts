import { type OldClient, oldClients } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import type * as Finish from "./finish.ts";

/** What `connect` needs once the chain stands, made ready piece by piece while servers are waited for. */
export interface Ready {
  /** Makes the next piece ready, right after the request that leaves now. */
  readonly next: () => void;
  readonly whole: () => Promise<typeof Finish & { readonly old: readonly OldClient[] }>;
}

export function makeReady({ env }: Context): Ready {
  let old: readonly OldClient[] | undefined;
  const pieces: readonly (() => unknown)[] = [
    () => process.getBuiltinModule("node:crypto"), // signs the last request
    () => import("./finish.ts").catch(() => undefined), // told by `whole`
    () => (old = oldClients(env)),
  ];
  const left = pieces.values();
  return {
    next: () => void setImmediate(() => left.next().value?.()),
    whole: async () => ({ ...(await import("./finish.ts")), old: old ?? oldClients(env) }),
  };
}
