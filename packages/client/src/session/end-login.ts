import { readRevokedToken, revokeTokenRequest } from "../keystone/tokens.ts";
import { readRevocation, revocationRequest } from "../oidc/tokens.ts";
import { discover } from "./access-token.ts";
import type { Chain } from "./chain.ts";

/** Revokes the tokens of a login at the site and at the issuer. */
export async function endAtServers(chain: Chain): Promise<void> {
  const { login, federated, scoped } = chain.state;
  const { keystone } = chain.profile;
  for (const token of [scoped?.id, federated?.unscoped]) {
    if (token === undefined || keystone === undefined) continue;
    await readRevokedToken(await chain.http.send(revokeTokenRequest(keystone.url, token)));
  }
  if (login?.refreshToken === undefined || login.clientId === undefined) return;
  const { revocationEndpoint } = await discover(chain);
  if (revocationEndpoint === undefined) return;
  await readRevocation(
    await chain.http.send(revocationRequest(revocationEndpoint, login.clientId, login.refreshToken)),
  );
}
