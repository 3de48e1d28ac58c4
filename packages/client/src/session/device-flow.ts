import * as oauth from "oauth4webapi";
import { readText, textBody } from "../body.ts";
import type { Http } from "../http.ts";
import { discoveryRequest } from "../oidc/discovery.ts";
import { OidcError } from "../oidc/errors.ts";
import { readUserinfo, userinfoRequest } from "../oidc/userinfo.ts";
import { Secret } from "../secret.ts";
import { signalOf } from "./access-token.ts";
import { type Chain, connectCommand } from "./chain.ts";
import type { DevicePrompt } from "./device-login.ts";
import { chainFailure } from "./failures.ts";
import { howToGetOne } from "./pasted-token.ts";
import type { Login } from "./state.ts";

/** Best first: an issuer that does not know a scope may refuse all of them. */
const scopes = [
  "openid email profile offline_access voperson_id eduperson_entitlement entitlements",
  "openid email profile offline_access eduperson_entitlement",
  "openid offline_access",
];

/** Does what `deviceLogin` says. Apart from it, since the library it needs takes time to load. */
export async function runDeviceFlow(
  chain: Chain,
  clientId: string,
  tell: (prompt: DevicePrompt) => void,
): Promise<Login> {
  try {
    const issuer = await discoverIssuer(chain);
    if (issuer.device_authorization_endpoint === undefined) throw noDeviceGrant(chain);
    const device = { chain, issuer, client: { client_id: clientId }, verifier: oauth.generateRandomCodeVerifier() };
    const started = await start(device);
    const expiresAt = new Date(chain.http.now().getTime() + started.expires_in * 1000);
    tell({ url: started.verification_uri_complete ?? started.verification_uri, code: started.user_code, expiresAt });
    return await withName(chain, issuer, toLogin(await poll(device, started, expiresAt), clientId, chain.http.now()));
  } catch (error) {
    throw inWords(chain, clientId, error);
  }
}

/** Issuers need not put the name into the ID token; userinfo has it. A login without a name is as good. */
async function withName(chain: Chain, issuer: oauth.AuthorizationServer, login: Login): Promise<Login> {
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

interface Device {
  readonly chain: Chain;
  readonly issuer: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly verifier: string;
}

async function discoverIssuer(chain: Chain): Promise<oauth.AuthorizationServer> {
  const { issuer } = chain.profile;
  const response = await chain.http.send(discoveryRequest(issuer), signalOf(chain));
  const { status } = response;
  const text = await readText(response);
  const answer = new Response(text, { status, headers: { "content-type": response.headers["content-type"] ?? "" } });
  return oauth.processDiscoveryResponse(new URL(issuer), answer);
}

async function start(device: Device): Promise<oauth.DeviceAuthorizationResponse> {
  const { chain, issuer, client, verifier } = device;
  const challenge = await oauth.calculatePKCECodeChallenge(verifier);
  for (const [at, scope] of scopes.entries()) {
    const parameters = { scope, code_challenge: challenge, code_challenge_method: "S256" };
    try {
      const request = oauth.deviceAuthorizationRequest(issuer, client, oauth.None(), parameters, fetchOptions(chain));
      return await oauth.processDeviceAuthorizationResponse(issuer, client, await request);
    } catch (error) {
      if (oauthCode(error) !== "invalid_scope" || at === scopes.length - 1) throw error;
    }
  }
  throw new Error("unreachable: the last scope returns or throws");
}

async function poll(
  device: Device,
  started: oauth.DeviceAuthorizationResponse,
  expiresAt: Date,
): Promise<oauth.TokenEndpointResponse> {
  const { chain, issuer, client, verifier } = device;
  let intervalMs = (started.interval ?? 5) * 1000;
  const options = { ...fetchOptions(chain), additionalParameters: { code_verifier: verifier } };
  while (chain.http.now() < expiresAt) {
    await pause(intervalMs, chain.signal);
    try {
      const request = oauth.deviceCodeGrantRequest(issuer, client, oauth.None(), started.device_code, options);
      return await oauth.processDeviceCodeResponse(issuer, client, await request);
    } catch (error) {
      const code = oauthCode(error);
      if (code === "slow_down") intervalMs += 5000;
      else if (code !== "authorization_pending") throw error;
    }
  }
  throw timedOut(chain);
}

function toLogin(answer: oauth.TokenEndpointResponse, clientId: string, now: Date): Login {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const name = claims?.["name"] ?? claims?.["preferred_username"];
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = answer;
  return {
    accessToken: new Secret(access),
    clientId,
    source: "device login",
    ...(seconds === undefined ? {} : { expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() }),
    ...(refresh === undefined ? {} : { refreshToken: new Secret(refresh) }),
    ...(typeof name === "string" ? { personName: name } : {}),
    ...(claims === undefined ? {} : { subject: claims.sub }),
  };
}

/** The library speaks fetch; this turns its calls into records, so that one policy holds for all requests. */
function fetchOptions(chain: Chain): oauth.DeviceAuthorizationRequestOptions {
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

const oauthCode = (error: unknown): string | undefined =>
  error instanceof oauth.ResponseBodyError ? error.error : undefined;

function inWords(chain: Chain, clientId: string, error: unknown): unknown {
  const { profile } = chain;
  const code = oauthCode(error);
  if (code === "access_denied") {
    return chainFailure("LOGIN_DENIED", "the sign-in was refused in the browser", {
      cause: error,
      cure: [connectCommand(profile)],
    });
  }
  if (code === "expired_token") return timedOut(chain);
  if (code === "unauthorized_client" || code === "unsupported_grant_type") return noDeviceGrant(chain, error);
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

function noDeviceGrant({ profile }: Chain, cause?: unknown): Error {
  return chainFailure("LOGIN_NO_DEVICE_GRANT", `${profile.issuer} does not offer signing in with a code`, {
    cause,
    cure: howToGetOne(profile, { byHand: true }),
  });
}

function timedOut(chain: Chain): Error {
  return chainFailure("LOGIN_TIMED_OUT", "nobody signed in before the code expired", {
    cure: [connectCommand(chain.profile)],
  });
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      if (signal?.aborted === true) reject(signal.reason);
      else resolve();
    }
    signal?.addEventListener("abort", done);
    if (signal?.aborted === true) done();
  });
}
