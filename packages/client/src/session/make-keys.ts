import { type Chain, isAsked } from "./chain.ts";
import { healedKeys, isRefusal, provenKeys } from "./keys-link.ts";
import { prover } from "./prove.ts";
import { stillLent } from "./renewal.ts";
import type { Keys } from "./state.ts";

const stsLink = () => import("./sts-link.ts");

/** Keys that a signed request has proven: of Keystone, or lent by the store itself. */
export async function makeKeys(chain: Chain): Promise<Keys> {
  return chain.profile.sts === undefined ? provenKeys(chain, prover(chain)) : (await stsLink()).stsKeys(chain);
}

/** Keys again, after the store refused those there were. Those that the person handed over, nobody else can replace. */
export async function remakeKeys(chain: Chain): Promise<Keys> {
  const { keys } = chain.state;
  if (chain.profile.sts === undefined)
    return keys?.imported === true
      ? (await import("./import-keys.ts")).provenImport(chain, keys)
      : healedKeys(chain, prover(chain));
  const { importedKeys, stsKeys } = await stsLink();
  return keys?.imported === true ? importedKeys(chain, keys) : stsKeys(chain);
}

/** One request with the keys there are; undefined when there are none for what was asked for. */
export async function proveRemembered(chain: Chain): Promise<Keys | "refused" | undefined> {
  const { keys, endpoint } = chain.state;
  if (keys === undefined || endpoint === undefined || !isForProfile(chain, keys)) return undefined;
  try {
    const { containers: _, ...others } = keys;
    const isOfSts = chain.profile.sts !== undefined;
    const containers = await (isOfSts ? (await stsLink()).proveStsKeys(chain, keys) : prover(chain)(keys));
    chain.step("Store", `${endpoint.s3Url} answers; the keys of before still work`);
    return { ...others, ...(containers === undefined ? {} : { containers }) };
  } catch (error) {
    if (isRefusal(error)) return "refused";
    throw error;
  }
}

/** Whether they are of the project, or for the role, that is asked for now, and still lent. */
export function isForProfile(
  { profile, state: { project }, clock }: Pick<Chain, "profile" | "state" | "clock">,
  { projectId, lent, imported }: Keys,
): boolean {
  if (imported === true) return true;
  if (profile.sts !== undefined)
    return lent !== undefined && lent.roleArn === profile.sts.roleArn && stillLent(lent, clock());
  return project !== undefined && projectId === project.id && isAsked(profile, project);
}
