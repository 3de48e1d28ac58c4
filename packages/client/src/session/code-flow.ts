import * as oauth from "oauth4webapi";
import type { Chain } from "./chain.ts";
import type { CodePrompt } from "./code-login.ts";
import { chainFailure } from "./failures.ts";
import { discoverIssuer, fetchOptions, loginInWords, scopes, toLogin, withName } from "./oauth.ts";
import type { Login } from "./state.ts";

/** Does what `codeLogin` says. Apart from it, since the library it needs takes time to load. */
export async function runCodeFlow(chain: Chain, clientId: string, prompt: CodePrompt): Promise<Login> {
  try {
    const issuer = await discoverIssuer(chain);
    const client = { client_id: clientId };
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    await using listener = await prompt.listen();
    const { redirectUri } = listener;
    prompt.tell(await authorizationUrl(issuer, { clientId, redirectUri, state, verifier }));
    const parameters = oauth.validateAuthResponse(issuer, client, await listener.answer, state);
    const response = await oauth.authorizationCodeGrantRequest(
      issuer,
      client,
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      fetchOptions(chain),
    );
    const tokens = await oauth.processAuthorizationCodeResponse(issuer, client, response);
    return await withName(chain, issuer, toLogin(tokens, clientId, chain.http.now(), "browser login"));
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) throw refused(chain, clientId, error);
    throw loginInWords(chain, clientId, error);
  }
}

interface Asked {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
}

async function authorizationUrl(issuer: oauth.AuthorizationServer, asked: Asked): Promise<string> {
  const url = new URL(issuer.authorization_endpoint ?? issuer.issuer);
  const parameters = {
    response_type: "code",
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    scope: scopes[0] ?? "openid",
    // Check-in gives a refresh token for `offline_access` only when it may ask for consent.
    prompt: "consent",
    state: asked.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(asked.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function refused(chain: Chain, clientId: string, error: oauth.AuthorizationResponseError): Error {
  if (error.error === "access_denied") {
    return chainFailure("LOGIN_DENIED", "the sign-in was refused in the browser", {
      cause: error,
      cure: [`fedbucket login ${chain.profile.name} --browser`],
    });
  }
  const message = `${chain.profile.issuer} does not let the client "${clientId}" sign in here (${error.error})`;
  return chainFailure("LOGIN_CLIENT_REFUSED", message, {
    cause: error,
    cure: ["Sign in with a code instead:", `fedbucket login ${chain.profile.name}`],
  });
}
