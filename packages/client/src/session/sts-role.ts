import { claimsOf } from "../oidc/token-shape.ts";
import { roleArnOf } from "../sts/role-arn.ts";
import type { AccessToken } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { stsOf } from "./profile.ts";

/** The client that a login is of, as far as can be told. */
export const clientOf = ({ profile }: Chain, { idToken }: AccessToken): string | undefined =>
  (idToken === undefined ? undefined : claimsOf(idToken).clientId) ?? profile.clientId;

/**
 * The roles to ask for, one after the other while a store does not take the client. The profile's alone, where it has one.
 * Else the one found the last time, then none, which goes by groups, then the one that MinIO may have for our client, with
 * the server's region and without.
 */
export function rolesToTry(chain: Chain, access: AccessToken): readonly (string | undefined)[] {
  const { roleArn, region } = stsOf(chain.profile);
  if (roleArn !== undefined) return [roleArn];
  const client = clientOf(chain, access);
  const own = client === undefined ? [] : ["", region].map((region) => roleArnOf(client, region, chain.crypto));
  const found = chain.state.keys?.lent?.foundRoleArn;
  return [...new Set([...own.filter((role) => role === found), undefined, ...own])];
}
