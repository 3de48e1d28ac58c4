import * as oauth from "oauth4webapi";
import { readText, textBody } from "../body.ts";
import type { Http } from "../http.ts";
import { discoveryRequest } from "../oidc/discovery.ts";
import { OidcError } from "../oidc/errors.ts";
import { readUserinfo, userinfoRequest } from "../oidc/userinfo.ts";
import { Secret } from "../secret.ts";
import { signalOf } from "./access-token.ts";
import { type Chain, connectCommand } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import { howToGetOne } from "./pasted-token.ts";
import type { Login } from "./state.ts";

/** Best first: an issuer that does not know a scope may refuse all of them. */
export const scopes = [
  "openid email profile offline_access voperson_id eduperson_entitlement entitlements",
  "openid email profile offline_access eduperson_entitlement",
  "openid offline_access",
];

/** Issuers need not put the name into the ID token; userinfo has it. A login without a name is as good. */
export async function withName(chain: Chain, issuer: oauth.AuthorizationServer, login: Login): Promise<Login> {
  if (login.personName !== undefined || issuer.userinfo_endpoint === undefined) return login;
  const request = userinfoRequest(issuer.userinfo_endpoint, login.accessToken);
  try {
    const { name: personName, sub: subject } = await readUserinfo(await chain.http.send(request, signalOf(chain)));
    return { ...login, personName, subject };
  } catch (error) {
    if (error instanceof OidcError) return login;
    throw error;
  }
}

export async function discoverIssuer(chain: Chain): Promise<oauth.AuthorizationServer> {
  const { issuer } = chain.profile;
  const response = await chain.http.send(discoveryRequest(issuer), signalOf(chain));
  const { status } = response;
  const text = await readText(response);
  const answer = new Response(text, { status, headers: { "content-type": response.headers["content-type"] ?? "" } });
  return oauth.processDiscoveryResponse(new URL(issuer), answer);
}

export function toLogin(answer: oauth.TokenEndpointResponse, clientId: string, now: Date, source: string): Login {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const name = claims?.["name"] ?? claims?.["preferred_username"];
  const { access_token: access, refresh_token: refresh, id_token: id, expires_in: seconds } = answer;
  return {
    accessToken: new Secret(access),
    clientId,
    source,
    ...(seconds === undefined ? {} : { expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() }),
    ...(refresh === undefined ? {} : { refreshToken: new Secret(refresh) }),
    ...(id === undefined ? {} : { idToken: new Secret(id) }),
    ...(typeof name === "string" ? { personName: name } : {}),
    ...(claims === undefined ? {} : { subject: claims.sub }),
  };
}

/** The library speaks fetch; this turns its calls into records, so that one policy holds for all requests. */
export function fetchOptions(chain: Chain): oauth.DeviceAuthorizationRequestOptions {
  return {
    // The issuer was named by the person or is shipped; the sandbox's has no TLS.
    [oauth.allowInsecureRequests]: chain.profile.issuer.startsWith("http://"),
    [oauth.customFetch]: (url, { method, headers, body }) =>
      sendAsFetch(chain.http, url, { method, headers: { ...headers }, body: String(body ?? "") }, chain.signal),
  };
}

async function sendAsFetch(
  http: Http,
  url: string,
  { method, headers, body }: { method: "POST"; headers: Record<string, string>; body: string },
  signal: AbortSignal | undefined,
): Promise<Response> {
  const request = { method, url, headers, body: textBody(new Secret(body)) };
  const response = await http.send(request, signal === undefined ? {} : { signal });
  const type = response.headers["content-type"] ?? "";
  return new Response(await readText(response), { status: response.status, headers: { "content-type": type } });
}

/** The `error` of an answer (RFC 6749, 5.2). */
export const oauthCode = (error: unknown): string | undefined =>
  error instanceof oauth.ResponseBodyError ? error.error : undefined;

/** What the library and the issuer say, for the person. */
export function loginInWords(chain: Chain, clientId: string, error: unknown): unknown {
  const { profile } = chain;
  const code = oauthCode(error);
  if (code === "access_denied") {
    return chainFailure("LOGIN_DENIED", "the sign-in was refused in the browser", {
      cause: error,
      cure: [connectCommand(profile)],
    });
  }
  if (code !== undefined) {
    return chainFailure(
      "LOGIN_CLIENT_REFUSED",
      `${profile.issuer} does not let the client "${clientId}" sign in (${code})`,
      {
        cause: error,
        cure: ["A token that you have works without a client id:", ...howToGetOne(profile, { byHand: true })],
      },
    );
  }
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    return chainFailure("ISSUER_BROKEN", `${profile.issuer} did not answer as an OpenID provider does`, {
      cause: error,
      cure: [`Find the broken link: fedbucket doctor ${profile.name}`],
    });
  }
  return error;
}
