import { type Chain, isAsked } from "./chain.ts";
import { healedKeys, isRefusal, provenKeys } from "./keys-link.ts";
import { prover } from "./prove.ts";
import { stillLent } from "./renewal.ts";
import type { Keys } from "./state.ts";
import { importedKeys, proveStsKeys, stsKeys } from "./sts-link.ts";

/** Keys that a signed request has proven: of Keystone, or lent by the store itself. */
export const makeKeys = (chain: Chain): Promise<Keys> =>
  chain.profile.sts === undefined ? provenKeys(chain, prover(chain)) : stsKeys(chain);

/** Keys again, after the store refused those there were. Those that the person handed over, nobody else can replace. */
export async function remakeKeys(chain: Chain): Promise<Keys> {
  if (chain.profile.sts === undefined) return healedKeys(chain, prover(chain));
  const { keys } = chain.state;
  return keys?.imported === true ? importedKeys(chain, keys) : stsKeys(chain);
}

/** One request with the keys there are; undefined when there are none for what was asked for. */
export async function proveRemembered(chain: Chain): Promise<Keys | "refused" | undefined> {
  const { keys, endpoint } = chain.state;
  if (keys === undefined || endpoint === undefined || !isForProfile(chain, keys)) return undefined;
  try {
    const { containers: _, ...others } = keys;
    const containers = await (chain.profile.sts === undefined ? prover(chain)(keys) : proveStsKeys(chain, keys));
    chain.step("Store", `${endpoint.s3Url} answers; the keys of before still work`);
    return { ...others, ...(containers === undefined ? {} : { containers }) };
  } catch (error) {
    if (isRefusal(error)) return "refused";
    throw error;
  }
}

/** Whether they are of the project, or for the role, that is asked for now. */
function isForProfile({ profile, state: { project }, clock }: Chain, { projectId, lent, imported }: Keys): boolean {
  if (imported === true) return true;
  if (profile.sts !== undefined)
    return lent !== undefined && lent.roleArn === profile.sts.roleArn && stillLent(lent, clock());
  return project !== undefined && projectId === project.id && isAsked(profile, project);
}
