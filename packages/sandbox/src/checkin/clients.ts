import type { ClientMetadata } from "oidc-provider";

export const deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code";

/** The client that fedbucket signs in as. */
export const clientId = "fedbucket";

/** The client whose tokens the portal shows; its refresh tokens work with this id alone. */
export const portalClientId = "token-portal";

/** The console of the second store; its tokens are the ones that store takes without a role. */
export const consoleClientId = "minio";

/** A Keystone behind mod_auth_openidc that relies on this issuer. */
export const keystoneClientId = "keystone";

/** Metadata of public clients that must send a PKCE challenge with the device grant; the others may. */
export const pkceOnDevice = "pkce_on_device";

/** A web application that lets people sign in here, as one registers it at the federation. */
export interface RelyingParty {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Exact addresses that people are sent back to. */
  readonly redirectUris: readonly string[];
}

/** A public client of a hub or a project, as one registers it at the federation: no secret, and PKCE with every grant. */
export interface PublicClient {
  readonly clientId: string;
  /** As RFC 7591 spells them. */
  readonly grantTypes: readonly string[];
  readonly redirectUris: readonly string[];
  /** Scopes with spaces between them; no others are given. */
  readonly scope: string;
}

interface ClientOptions {
  readonly deviceGrant: boolean;
  readonly keystoneSecret: string;
  readonly origin: string;
  readonly relyingParties: readonly RelyingParty[];
  readonly publicClients: readonly PublicClient[];
}

/** The registered clients. Loopback redirects of native clients match on any port (RFC 8252 section 7.3). */
export function clients(options: ClientOptions): ClientMetadata[] {
  const device = options.deviceGrant ? [deviceGrantType] : [];
  const native: Partial<ClientMetadata> = {
    application_type: "native",
    token_endpoint_auth_method: "none",
    response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token", ...device],
  };
  return [
    {
      ...native,
      client_id: clientId,
      client_name: "fedbucket",
      [pkceOnDevice]: true,
      redirect_uris: ["", "callback"].flatMap((path) => [`http://127.0.0.1/${path}`, `http://[::1]/${path}`]),
    },
    {
      ...native,
      client_id: "oidc-agent",
      client_name: "oidc-agent",
      redirect_uris: [
        "edu.kit.data.oidc-agent:/redirect",
        ...[4242, 8080, 43985].map((port) => `http://localhost:${port}`),
      ],
    },
    {
      ...native,
      client_id: consoleClientId,
      client_name: "MinIO",
      redirect_uris: ["", "callback"].flatMap((path) => [`http://127.0.0.1/${path}`, `http://[::1]/${path}`]),
    },
    {
      client_id: portalClientId,
      client_name: "Token portal",
      token_endpoint_auth_method: "none",
      response_types: [],
      redirect_uris: [],
      grant_types: ["refresh_token"],
    },
    confidential("Keystone", {
      clientId: keystoneClientId,
      clientSecret: options.keystoneSecret,
      redirectUris: [`${options.origin}/v3/auth/OS-FEDERATION/websso/openid/redirect`],
    }),
    ...options.relyingParties.map((party) => confidential(party.clientId, party)),
    ...options.publicClients.map(registered),
  ];
}

const registered = ({ clientId, grantTypes, redirectUris, scope }: PublicClient): ClientMetadata => ({
  client_id: clientId,
  client_name: clientId,
  token_endpoint_auth_method: "none",
  application_type: "native",
  response_types: grantTypes.includes("authorization_code") ? ["code"] : [],
  redirect_uris: [...redirectUris],
  grant_types: [...grantTypes],
  scope,
  [pkceOnDevice]: true,
});

/** `native`, so that its redirects may go to loopback without TLS. */
function confidential(name: string, { clientId, clientSecret, redirectUris }: RelyingParty): ClientMetadata {
  return {
    client_id: clientId,
    client_name: name,
    client_secret: clientSecret,
    token_endpoint_auth_method: "client_secret_basic",
    application_type: "native",
    response_types: ["code"],
    redirect_uris: [...redirectUris],
    grant_types: ["authorization_code", "refresh_token"],
  };
}
