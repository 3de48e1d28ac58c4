import type { DatabaseSync } from "node:sqlite";
import type { JWK } from "jose";
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from "oidc-provider";
import { artifactAdapter } from "./artifacts.ts";
import { allClaims, claimsOfScope, releasedClaims } from "./claims.ts";
import { clients, pkceOnDevice, type PublicClient, type RelyingParty } from "./clients.ts";
import { pkceParameter } from "./device-pkce.ts";
import type { ProviderPages } from "./pages/provider-pages.ts";
import type { People } from "./people.ts";

/** Keycloak's paths under the realm. */
export const routes = {
  authorization: "/protocol/openid-connect/auth",
  token: "/protocol/openid-connect/token",
  device_authorization: "/protocol/openid-connect/auth/device",
  jwks: "/protocol/openid-connect/certs",
  userinfo: "/protocol/openid-connect/userinfo",
  introspection: "/protocol/openid-connect/token/introspect",
  revocation: "/protocol/openid-connect/revoke",
  end_session: "/protocol/openid-connect/logout",
  code_verification: "/device",
} as const;

const daySeconds = 24 * 60 * 60;
const yearSeconds = 365 * daySeconds;

export interface ProviderOptions {
  readonly issuer: string;
  readonly database: DatabaseSync;
  readonly people: People;
  readonly signingKey: JWK;
  readonly keystoneSecret: string;
  readonly relyingParties: readonly RelyingParty[];
  readonly publicClients: readonly PublicClient[];
  readonly accessTokenSeconds: number;
  readonly deviceIntervalSeconds: number;
  readonly deviceGrant: boolean;
  readonly pages: ProviderPages;
}

/**
 * oidc-provider, set up to look like Check-in. Every function it has a default for is given, since its defaults print
 * notices.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { people, pages } = options;
  const provider = new Provider(options.issuer, {
    adapter: artifactAdapter(options.database),
    jwks: { keys: [options.signingKey] },
    clients: clients({ ...options, origin: new URL(options.issuer).origin }),
    extraClientMetadata: { properties: [pkceOnDevice] },
    routes,
    scopes: [...Object.keys(claimsOfScope), "offline_access"],
    claims: claimsOfScope,
    clockTolerance: 0,
    extraParams: [pkceParameter],
    cookies: cookies(options.issuer),
    ttl: lifetimes(options.accessTokenSeconds),
    features: features(options),
    pkce: { required: (_ctx, client) => client.clientAuthMethod === "none" },
    rotateRefreshToken: true,
    clientBasedCORS: () => false,
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, source) =>
      // Keycloak's code grant always gives one; its device grant is asked with `offline_access`.
      client.grantTypeAllowed("refresh_token") &&
      (source.kind === "AuthorizationCode" || source.scopes.has("offline_access")),
    findAccount: (_ctx, sub) => {
      const person = people.find(sub);
      return person && { accountId: sub, claims: () => allClaims(person) };
    },
    loadExistingGrant: grantWhatIsAsked,
    interactions: { url: (_ctx, { uid }) => pages.loginUrl(uid) },
    renderError: (ctx, { error, error_description }) => pages.error(ctx, error, error_description),
  });
  provider.use(async (ctx, next) => {
    await next();
    completeAnswer(ctx as KoaContextWithOIDC, options);
  });
  return provider;
}

/** Named after the port, since browsers share cookies between all ports of a host. */
function cookies(issuer: string): Configuration["cookies"] {
  const { port } = new URL(issuer);
  return {
    names: {
      session: `checkin_${port}`,
      interaction: `checkin_interaction_${port}`,
      resume: `checkin_resume_${port}`,
    },
  };
}

function lifetimes(accessTokenSeconds: number): Configuration["ttl"] {
  return {
    AccessToken: accessTokenSeconds,
    IdToken: accessTokenSeconds,
    AuthorizationCode: 60,
    DeviceCode: 600,
    Interaction: 3600,
    RefreshToken: yearSeconds,
    Grant: yearSeconds,
    Session: 14 * daySeconds,
  };
}

function features({ deviceGrant, pages }: ProviderOptions): Configuration["features"] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: { enabled: false },
    deviceFlow: { enabled: deviceGrant },
    introspection: { enabled: true, allowedPolicy: (_ctx, client) => refusePublic(client.clientAuthMethod) },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => pages.logout(ctx, form),
      postLogoutSuccessSource: (ctx) => pages.loggedOut(ctx),
    },
  };
}

/** Keycloak's words: `TokenIntrospectionEndpoint.authorizeClient`. */
function refusePublic(authMethod: string | undefined): true {
  if (authMethod === "none") {
    throw Object.assign(new errors.InvalidRequest("Client not allowed."), { status: 403, statusCode: 403 });
  }
  return true;
}

/** The page where a person confirms stands for consent, so each sign-in gets a grant of its own for what was asked. */
async function grantWhatIsAsked(ctx: KoaContextWithOIDC): Promise<InstanceType<Provider["Grant"]> | undefined> {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(requestedScope(ctx.oidc.params));
  await grant.save();
  return grant;
}

/** The `scope` of a request's parameters or of a stored token. */
export function requestedScope(parameters: Readonly<Record<string, unknown>> | undefined): string {
  const scope = parameters?.["scope"];
  return typeof scope === "string" ? scope : "openid";
}

/** What Check-in says beyond oidc-provider: claims at introspection, and how often a device may ask. */
function completeAnswer(ctx: KoaContextWithOIDC, options: ProviderOptions): void {
  const body = ctx.body as Record<string, unknown> | undefined;
  if (ctx.path === routes.introspection && body?.["active"] === true) {
    const person = options.people.find(String(body["sub"]));
    const scopes = new Set(requestedScope(body).split(" "));
    if (person !== undefined) Object.assign(body, releasedClaims(person, scopes), { username: person.username });
  }
  if (ctx.path === routes.device_authorization && body?.["device_code"] !== undefined) {
    body["interval"] = options.deviceIntervalSeconds;
  }
}
