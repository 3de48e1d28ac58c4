import * as oauth from "oauth4webapi";
import { type Chain, connectCommand } from "./chain.ts";
import type { DevicePrompt } from "./device-login.ts";
import { chainFailure } from "./failures.ts";
import { discoverIssuer, fetchOptions, loginInWords, oauthCode, scopes, toLogin, withName } from "./oauth.ts";
import { howToGetOne } from "./pasted-token.ts";
import type { Login } from "./state.ts";

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
    return await withName(
      chain,
      issuer,
      toLogin(await poll(device, started, expiresAt), clientId, chain.http.now(), "device login"),
    );
  } catch (error) {
    throw deviceInWords(chain, clientId, error);
  }
}

interface Device {
  readonly chain: Chain;
  readonly issuer: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly verifier: string;
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

function deviceInWords(chain: Chain, clientId: string, error: unknown): unknown {
  const code = oauthCode(error);
  if (code === "expired_token") return timedOut(chain);
  if (code === "unauthorized_client" || code === "unsupported_grant_type") return noDeviceGrant(chain, error);
  return loginInWords(chain, clientId, error);
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
