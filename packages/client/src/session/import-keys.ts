import type { Ec2Credential } from "../keystone/ec2-credentials.ts";
import type { Failure } from "../failure.ts";
import { type Chain, connectCommand } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import { keep, listKeys, mask, tryKeys } from "./keys-link.ts";
import { projectAccess } from "./keystone-link.ts";
import { prover } from "./prove.ts";
import type { Keys } from "./state.ts";

/** Both halves, as somebody handed them over. */
export type KeyPair = Pick<Keys, "accessKeyId" | "secretAccessKey">;

/**
 * Keys that the person made elsewhere, at a Keystone. A pair that it lists as the person's is from then on like any other;
 * one that it does not is somebody else's, and nobody here can renew or replace it.
 *
 * @throws Failure `KEYS_IMPORT_REFUSED`, `KEYS_BAD_IMPORT`, or of an earlier link
 */
export async function importKeystoneKeys(chain: Chain, pair: KeyPair): Promise<Keys> {
  const access = await projectAccess(chain);
  const all = await listKeys(chain, access);
  const listed = all.find(({ accessKeyId }) => accessKeyId === pair.accessKeyId);
  if (listed === undefined) return provenImport(chain, pair);
  if (listed.projectId !== access.project.id) throw ofAnotherProject(chain, listed);
  return provenImport(chain, { ...pair, projectId: listed.projectId });
}

/** Tries them. Those of no project are taken for somebody else's. */
export async function provenImport(chain: Chain, keys: KeyPair & Pick<Keys, "projectId">): Promise<Keys> {
  const { accessKeyId, secretAccessKey, projectId } = keys;
  const origin = projectId === undefined ? { imported: true as const } : { projectId };
  const proven = await tryKeys(chain, { accessKeyId, secretAccessKey, ...origin }, prover(chain));
  if (proven === undefined) throw importRefused(chain);
  return keep(chain, proven);
}

export const importRefused = ({ profile: { name, site, sts } }: Chain, cause?: unknown): Failure =>
  chainFailure("KEYS_IMPORT_REFUSED", `${site} does not know this access key, or its secret is another one`, {
    cause,
    cure: [
      ...(sts === undefined
        ? [`For keys of your own: fedbucket disconnect ${name} && fedbucket connect ${name}`]
        : ["Make another in the store's console."]),
      "To hand one over, copy both halves of it:",
      `fedbucket keys import --profile ${name}`,
    ],
  });

const ofAnotherProject = ({ profile }: Chain, { accessKeyId, projectId }: Ec2Credential): Failure =>
  chainFailure("KEYS_BAD_IMPORT", `the key ${mask(accessKeyId)} is of another project, ${projectId}`, {
    cure: [connectCommand(profile, ` --project ${projectId}`)],
  });
