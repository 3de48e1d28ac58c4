import { readRevokedToken, revokeTokenRequest } from "../keystone/tokens.ts";
import type { Leak, Verdict } from "../leaks/leak.ts";
import { readRevocation, revocationRequest } from "../oidc/tokens.ts";
import type { Secret } from "../secret.ts";
import { discover, signalOf } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { createKeys, deleteKeys, tryKeys } from "./keys-link.ts";
import { projectAccess } from "./keystone-link.ts";
import { keystoneOf } from "./profile.ts";
import { prover } from "./prove.ts";

/** What was done about a leak; text in the second case says why nothing was. */
export type Ended = { readonly done: "revoked" | "deleted" | "rotated" } | { readonly why: string };

/** Ends a secret at the server that gave it. Keys that are in use here are replaced first, so that tools go on. */
export async function endLeak(chain: Chain, leak: Leak, { accessKeyId }: Verdict): Promise<Ended> {
  switch (leak.kind) {
    case "access-token":
    case "refresh-token":
      return endAtIssuer(chain, leak.secret, leak.claims);
    case "keystone-token":
      await readRevokedToken(
        await chain.http.send(revokeTokenRequest(keystoneOf(chain.profile).url, leak.secret), signalOf(chain)),
      );
      return { done: "revoked" };
    case "s3-keys":
      return accessKeyId === undefined ? { why: "only their owner can delete them" } : endKeys(chain, accessKeyId);
    default:
      return { why: "change it where it was made: openstack application credential delete NAME" };
  }
}

/** @see RFC 7009; a public client may revoke what was given to it, and nothing else */
async function endAtIssuer(
  chain: Chain,
  secret: Secret,
  { issuer, clientId }: { issuer?: string; clientId?: string },
): Promise<Ended> {
  const { profile, http } = chain;
  if (issuer !== undefined && issuer !== profile.issuer) return { why: `${issuer} is not the issuer of this profile` };
  const { revocationEndpoint } = await discover(chain);
  const client = clientId ?? profile.clientId;
  if (revocationEndpoint === undefined || client === undefined) return { why: "its issuer offers no way to revoke it" };
  await readRevocation(await http.send(revocationRequest(revocationEndpoint, client, secret), signalOf(chain)));
  return { done: "revoked" };
}

/** The old pair is deleted at once, unlike in a rotation of habit: somebody else may have it. */
async function endKeys(chain: Chain, accessKeyId: string): Promise<Ended> {
  const access = await projectAccess(chain);
  const isInUse = chain.state.keys?.accessKeyId === accessKeyId;
  if (isInUse) {
    const created = await createKeys(chain, access);
    const proven = await tryKeys(chain, created, prover(chain));
    if (proven === undefined) {
      await deleteKeys(chain, access, created.accessKeyId);
      return { why: "new keys to take their place were refused by the store, so they stay" };
    }
    chain.update({ keys: proven });
    await chain.save();
  }
  await deleteKeys(chain, access, accessKeyId);
  return { done: isInUse ? "rotated" : "deleted" };
}
