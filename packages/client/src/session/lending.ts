import { Failure } from "../failure.ts";
import type { Chain } from "./chain.ts";
import { linkOf } from "./failures.ts";
import { healedKeys, isRefusal } from "./keys-link.ts";
import { logIn } from "./keystone-link.ts";
import { makeKeys } from "./make-keys.ts";
import { prover } from "./prove.ts";
import { isRenewedLately, isTriedLately, stillLent } from "./renewal.ts";
import { deleteRetired } from "./rotate.ts";
import type { Keys } from "./state.ts";
import { stsKeys } from "./sts-link.ts";

/** Keys to lend on. */
export interface Lendable {
  readonly keys: Keys;
  /** What kept the membership from being renewed, where the keys work all the same. */
  readonly problem?: Failure;
}

/**
 * Keys that work, with the membership behind them renewed when it is time to. A login that cannot be renewed, or a site
 * that cannot be reached, is no reason to withhold keys that still work.
 *
 * @throws Failure of the link that cannot be made, when there are no keys or the store refuses them.
 */
export async function lendableKeys(chain: Chain): Promise<Lendable> {
  const { keys, federated } = chain.state;
  if (keys === undefined) return { keys: await makeKeys(chain) };
  const now = chain.clock();
  // Another process may have done it, or tried in vain, while this one waited for its turn.
  if (isRenewedLately(chain.state, now) || isTriedLately(chain.state, now)) return { keys };
  if (chain.profile.sts !== undefined) return lendableStsKeys(chain, keys);
  try {
    await logIn(chain);
  } catch (error) {
    return { keys: await stillWorking(chain, keys, error), problem: await noteFailure(chain, error) };
  }
  chain.update({ renewalFailedAt: undefined });
  await deleteRetired(chain);
  await chain.save();
  return { keys: await provenOrHealed(chain, keys, federated?.loggedInAt) };
}

/** What an STS lent works until it expires, whatever keeps it from lending anew. */
async function lendableStsKeys(chain: Chain, keys: Keys): Promise<Lendable> {
  try {
    return { keys: await stsKeys(chain) };
  } catch (error) {
    chain.signal?.throwIfAborted();
    if (keys.lent === undefined || !stillLent(keys.lent, chain.clock())) throw error;
    return { keys, problem: await noteFailure(chain, error) };
  }
}

async function provenOrHealed(chain: Chain, keys: Keys, since: string | undefined): Promise<Keys> {
  const prove = prover(chain);
  try {
    await prove(keys);
    return keys;
  } catch (error) {
    if (isRefusal(error)) return healedKeys(chain, prove, since);
    if (error instanceof Failure && error.kind === "later") return keys; // the store's trouble, which passes
    throw error;
  }
}

/** The keys, unless the store refuses them: then what kept them from being renewed is what is wrong. */
async function stillWorking(chain: Chain, keys: Keys, problem: unknown): Promise<Keys> {
  chain.signal?.throwIfAborted();
  try {
    await prover(chain)(keys);
  } catch (error) {
    if (isRefusal(error) || linkOf(problem) === "token") throw problem;
  }
  return keys;
}

/** Only what was told in words is passed on; a defect is thrown. */
async function noteFailure(chain: Chain, problem: unknown): Promise<Failure> {
  if (!(problem instanceof Failure)) throw problem;
  chain.update({ renewalFailedAt: chain.clock().toISOString() });
  await chain.save();
  return problem;
}
