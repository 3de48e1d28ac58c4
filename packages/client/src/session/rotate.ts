import type { Chain } from "./chain.ts";
import { createKeys, deleteKeys, mask, tryKeys } from "./keys-link.ts";
import { projectAccess } from "./keystone-link.ts";
import type { Prove } from "./keys-link.ts";
import { refusedByStore } from "./refused-keys.ts";
import { lentForMs } from "./renewal.ts";
import type { Keys } from "./state.ts";

/** What rotation did. */
export interface Rotated {
  readonly keys: Keys;
  readonly old?: {
    readonly accessKeyId: string;
    /** Absent when it stays, since it was not made here. */ readonly deleteAfter?: string;
  };
}

/**
 * Puts a new pair in the place of the one in use. The new one is proven before anybody is lent it; the old one lives on
 * until every tool that borrowed it has come back, so at no moment does neither work.
 */
export async function rotateKeys(chain: Chain, prove: Prove): Promise<Rotated> {
  const access = await projectAccess(chain);
  const { keys: old } = chain.state;
  const created = await createKeys(chain, access);
  const proven = await tryKeys(chain, created, prove);
  if (proven === undefined) {
    await deleteKeys(chain, access, created.accessKeyId);
    throw await refusedByStore(chain, access);
  }
  chain.step("Keys", `${mask(created.accessKeyId)} made`);
  const isOurs = old !== undefined && chain.state.madeKeys.includes(old.accessKeyId);
  const retired = isOurs ? [retire(chain, old)] : [];
  chain.update({ keys: proven, retiring: [...(chain.state.retiring ?? []), ...retired] });
  await chain.save();
  return { keys: proven, ...(old === undefined ? {} : { old: retired[0] ?? { accessKeyId: old.accessKeyId } }) };
}

/** Only a pair that was made here: other machines may be using the others. */
function retire(chain: Chain, { accessKeyId }: Keys): { accessKeyId: string; deleteAfter: string } {
  return { accessKeyId, deleteAfter: new Date(chain.clock().getTime() + lentForMs(chain.state)).toISOString() };
}

/** Deletes pairs that were rotated away and that nobody can be using any more. */
export async function deleteRetired(chain: Chain): Promise<void> {
  const { retiring = [] } = chain.state;
  const due = retiring.filter(({ deleteAfter }) => Date.parse(deleteAfter) <= chain.clock().getTime());
  for (const { accessKeyId } of due) {
    await deleteKeys(chain, await projectAccess(chain), accessKeyId);
    chain.update({ retiring: chain.state.retiring?.filter((pair) => pair.accessKeyId !== accessKeyId) });
  }
  if (due.length > 0) await chain.save();
}
