import { OidcError } from "../oidc/errors.ts";
import type { Person } from "../oidc/userinfo.ts";
import { type AccessToken, accessToken, tokenRefused } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { askUserinfo } from "./explain.ts";

/**
 * Who the issuer says that the person is. In place of a token that was revoked behind our back another is asked for, once.
 *
 * @throws Failure `TOKEN_REFUSED`, or another of the link `token`
 */
export async function whoami(chain: Chain, token?: AccessToken): Promise<{ source: string; who: Person }> {
  const first = token ?? (await accessToken(chain));
  try {
    return { source: first.source, who: await askUserinfo(chain, first.token) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const second = await accessToken(chain, first);
  const who = await askUserinfo(chain, second.token).catch((error: unknown) => {
    throw isRefusal(error) ? tokenRefused(chain.profile, second.source, { cause: error }) : error;
  });
  return { source: second.source, who };
}

const isRefusal = (error: unknown): boolean => error instanceof OidcError && error.code === "OIDC_TOKEN_REFUSED";
