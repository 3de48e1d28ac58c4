import type { Provider } from "oidc-provider";
import { readWhole } from "../http/body.ts";
import { runNodeHandler } from "../http/node-handler.ts";
import type { Service, ServiceResponse } from "../http/service.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { pkceOnDevice } from "./clients.ts";
import { checkVerifier, keepChallenge, type OAuthError } from "./device-pkce.ts";
import { routes } from "./provider.ts";

/** A request on its way to oidc-provider, with what it must not see as it came. */
interface Incoming {
  readonly route: string;
  readonly headers: Record<string, string | undefined>;
  readonly form: URLSearchParams;
}

/**
 * The protocol endpoints: oidc-provider behind what Check-in does otherwise (PKCE on the device grant, JWTs at userinfo,
 * introspection and revocation, an empty secret in HTTP Basic).
 *
 * @param realm The issuer's path.
 */
export function protocolEndpoints(provider: Provider, tokens: AccessTokens, realm: string): Service {
  const handler = provider.callback();
  const { host } = new URL(provider.issuer);
  return async (request) => {
    const raw = await readWhole(request);
    const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
    const incoming: Incoming = {
      route: request.path.slice(realm.length),
      headers: { ...request.headers, host }, // its URLs are the issuer's, whatever name the client used
      form: new URLSearchParams(isForm ? raw.toString() : ""),
    };
    const refusal = await prepare(provider, tokens, incoming);
    if (refusal !== undefined) return oauthError(refusal);
    const query = request.rawQuery === "" ? "" : `?${request.rawQuery}`;
    // Koa reports its own failures in its answer.
    return runNodeHandler((incoming, outgoing) => void handler(incoming, outgoing), {
      method: request.method,
      url: incoming.route + query,
      originalUrl: request.path + query,
      headers: incoming.headers,
      body: isForm ? Buffer.from(incoming.form.toString()) : raw,
    });
  };
}

async function prepare(provider: Provider, tokens: AccessTokens, incoming: Incoming): Promise<OAuthError | undefined> {
  const { route, headers, form } = incoming;
  acceptEmptySecret(headers, form);
  if (route === routes.device_authorization) {
    const client = await provider.Client.find(form.get("client_id") ?? "");
    return keepChallenge(form, client?.[pkceOnDevice] === true);
  }
  if (route === routes.token) return checkVerifier(provider, form);
  if (route === routes.introspection || route === routes.revocation) {
    const token = form.get("token");
    if (token !== null) form.set("token", await tokens.reference(token));
  }
  if (route === routes.userinfo) {
    const bearer = /^Bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
    if (bearer !== undefined) headers["authorization"] = `Bearer ${await tokens.reference(bearer)}`;
    const posted = form.get("access_token");
    if (posted !== null) form.set("access_token", await tokens.reference(posted));
  }
  return undefined;
}

/** Debian's oidc-agent sends HTTP Basic with an empty secret for a public client; Keycloak takes it for none. */
function acceptEmptySecret(headers: Incoming["headers"], form: URLSearchParams): void {
  const basic = /^Basic +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
  const [, id] = /^([^:]+):$/.exec(Buffer.from(basic ?? "", "base64").toString()) ?? [];
  if (id === undefined) return;
  delete headers["authorization"];
  // Form-encoded before it went into the header (RFC 6749 section 2.3.1).
  if (!form.has("client_id")) form.set("client_id", new URLSearchParams(`id=${id}`).get("id") ?? id);
}

function oauthError(error: OAuthError): ServiceResponse {
  return {
    status: 400,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
    body: JSON.stringify(error),
  };
}
