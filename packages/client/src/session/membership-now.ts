import { accessToken } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { missingMembership } from "./membership.ts";
import { whoami } from "./whoami.ts";

/**
 * Which membership the person lacks at this moment; undefined for a member. Where the login can be renewed it is, since
 * an older token may not know of a new membership.
 */
export async function missingNow(chain: Chain): Promise<Error | undefined> {
  const { login } = chain.state;
  const old = login?.refreshToken === undefined ? undefined : { token: login.accessToken, source: login.source };
  const { who } = await whoami(chain, await accessToken(chain, old));
  return missingMembership(chain.profile, who);
}
