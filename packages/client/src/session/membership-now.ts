import { OidcError } from "../oidc/errors.ts";
import type { Person } from "../oidc/userinfo.ts";
import type { Secret } from "../secret.ts";
import { accessToken } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { askUserinfo } from "./explain.ts";
import { missingMembership } from "./membership.ts";

/**
 * Which membership the person lacks at this moment; undefined for a member. Where the login can be renewed it is, since
 * an older token may not know of a new membership.
 */
export async function missingNow(chain: Chain): Promise<Error | undefined> {
  const { login } = chain.state;
  const { token } = await accessToken(chain, login?.refreshToken === undefined ? undefined : login.accessToken);
  return missingMembership(chain.profile, await askOrSignIn(chain, token));
}

/** A token that was revoked meanwhile is replaced once, with the person's help if need be. */
async function askOrSignIn(chain: Chain, token: Secret): Promise<Person> {
  try {
    return await askUserinfo(chain, token);
  } catch (error) {
    if (!(error instanceof OidcError) || error.code !== "OIDC_TOKEN_REFUSED") throw error;
    return askUserinfo(chain, (await accessToken(chain, token)).token);
  }
}
