import { randomUUID } from "node:crypto";
import { type CryptoKey, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import type { Provider } from "oidc-provider";

/** An access token that is still good: not expired, not revoked, its grant alive. */
interface LiveAccessToken {
  readonly sub: string;
  readonly scopes: ReadonlySet<string>;
}

export interface AccessTokens {
  /**
   * What oidc-provider finds the stored token by, when `token` is a JWT signed here; else the token as it came, which
   * oidc-provider then judges.
   */
  reference(token: string): Promise<string>;
  find(token: string): Promise<LiveAccessToken | undefined>;
  /** The claims of any JWT of this issuer; rejects for another, and for one that has expired. */
  verify(token: string): Promise<Readonly<Record<string, unknown>>>;
}

interface StoredToken {
  jti: string;
  iat: number;
  exp: number;
  accountId: string;
  clientId: string;
  grantId: string;
  scope: string;
}

/**
 * Makes access tokens JWTs that are also stored.
 *
 * oidc-provider does one or the other: opaque and stored, or a JWT that userinfo, introspection and revocation refuse.
 * Check-in's are JWTs that all three take. Here the provider stores its opaque token, and only what travels is a JWT
 * that names it by `jti`, so that expiry, revocation and a revoked grant count everywhere.
 */
export async function storedJwtAccessTokens(provider: Provider, signingKey: JWK): Promise<AccessTokens> {
  const privateKey = (await importJWK(signingKey, "RS256")) as CryptoKey;
  const publicKey = (await importJWK({ kty: "RSA", n: signingKey.n, e: signingKey.e } as JWK, "RS256")) as CryptoKey;
  // Unguessable, so that the `jti`, which anybody can read in a token, is no token itself.
  const prefix = `${randomUUID()}:`;
  const { AccessToken } = provider;
  const prototype = AccessToken.prototype as unknown as {
    getValueAndPayload: (this: object) => Promise<{ value?: string; payload: StoredToken }>;
  };
  const opaque = prototype.getValueAndPayload;
  const find = AccessToken.find.bind(AccessToken);

  prototype.getValueAndPayload = async function () {
    const { payload } = await opaque.call(this);
    return { value: await sign(payload), payload };
  };
  const findReferenced: typeof find = async (value, options) =>
    value.startsWith(prefix) ? find(value.slice(prefix.length), options) : undefined;
  AccessToken.find = findReferenced as typeof AccessToken.find;

  /** Claims as Keycloak puts them; no entitlements, which Check-in gives at userinfo and introspection only. */
  function sign({ jti, iat, exp, accountId, clientId, scope }: StoredToken): Promise<string> {
    const claims = { typ: "Bearer", azp: clientId, client_id: clientId, scope, auth_time: iat, voperson_id: accountId };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(signingKey.kid) })
      .setIssuer(provider.issuer)
      .setSubject(accountId)
      .setJti(jti)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(privateKey);
  }

  async function reference(token: string): Promise<string> {
    try {
      const { payload } = await jwtVerify(token, publicKey, { issuer: provider.issuer, algorithms: ["RS256"] });
      return payload["typ"] === "Bearer" && payload.jti !== undefined ? prefix + payload.jti : token;
    } catch {
      // oidc-provider has an error of its own for JWTs; one that is not good is to be unknown like any other.
      return token.split(".").length === 3 ? prefix : token;
    }
  }

  return {
    reference,
    verify: async (token) =>
      (await jwtVerify(token, publicKey, { issuer: provider.issuer, algorithms: ["RS256"] })).payload,
    async find(token) {
      const stored = await AccessToken.find(await reference(token));
      if (stored === undefined || stored.isExpired || stored.grantId === undefined) return undefined;
      const grant = await provider.Grant.find(stored.grantId);
      return grant === undefined ? undefined : { sub: stored.accountId, scopes: stored.scopes };
    },
  };
}
