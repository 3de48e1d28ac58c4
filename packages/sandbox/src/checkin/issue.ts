import type { Provider } from "oidc-provider";
import type { Person } from "./people.ts";

interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

export interface TokenIssuer {
  /** Tokens for somebody who is known to be themselves: no browser, no code. */
  issue(person: Person, clientId: string, scope: string): Promise<IssuedTokens>;
}

export function tokenIssuer(provider: Provider): TokenIssuer {
  return {
    async issue({ sub: accountId }, clientId, scope) {
      const client = await provider.Client.find(clientId);
      if (client === undefined) throw new TypeError(`no client ${clientId}`);
      const grant = new provider.Grant({ clientId, accountId });
      grant.addOIDCScope(scope);
      const common = { client, accountId, grantId: await grant.save(), scope, gty: "authorization_code" };
      const accessToken = new provider.AccessToken(common);
      const refreshToken = new provider.RefreshToken({
        ...common,
        authTime: Math.floor(Date.now() / 1000),
        rotations: 0,
      });
      return {
        accessToken: await accessToken.save(),
        refreshToken: await refreshToken.save(),
        expiresInSeconds: accessToken.expiration,
      };
    },
  };
}
