import { createHash, timingSafeEqual } from "node:crypto";
import type { Provider } from "oidc-provider";
import { deviceGrantType } from "./clients.ts";

/**
 * The name under which a device code remembers its challenge. oidc-provider keeps parameters it was told of with the
 * code, but takes `code_challenge` off device requests.
 */
export const pkceParameter = "device_code_challenge";

/** An OAuth error of the token or device endpoint, as its JSON body says it. */
export interface OAuthError {
  readonly error: string;
  readonly error_description: string;
}

const s256 = /^[\w-]{43}$/;

/**
 * PKCE on the device grant, first half: judges the challenge and moves it to {@link pkceParameter}. The words are
 * Keycloak's.
 *
 * @param form Changed in place.
 * @param isRequired Whether the client must send one.
 */
export function keepChallenge(form: URLSearchParams, isRequired: boolean): OAuthError | undefined {
  const challenge = form.get("code_challenge");
  const method = form.get("code_challenge_method");
  form.delete(pkceParameter); // ours, not the client's to set
  if (challenge === null && method === null && !isRequired) return undefined;
  if (method === null) return invalid("invalid_request", "Missing parameter: code_challenge_method");
  if (challenge === null) return invalid("invalid_request", "Missing parameter: code_challenge");
  if (method !== "S256") return invalid("invalid_request", "Invalid parameter: code_challenge_method");
  if (!s256.test(challenge)) return invalid("invalid_request", "Invalid parameter: code_challenge");
  form.set(pkceParameter, challenge);
  return undefined;
}

/** PKCE on the device grant, second half: the verifier must fit the challenge the code was asked with. */
export async function checkVerifier(provider: Provider, form: URLSearchParams): Promise<OAuthError | undefined> {
  if (form.get("grant_type") !== deviceGrantType) return undefined;
  const code = await provider.DeviceCode.find(form.get("device_code") ?? "", { ignoreExpiration: true });
  const challenge = code?.params?.[pkceParameter];
  if (typeof challenge !== "string") return undefined; // unknown code, or none asked for: oidc-provider judges
  const verifier = form.get("code_verifier");
  if (verifier === null) return invalid("invalid_grant", "PKCE code verifier not specified");
  const derived = createHash("sha256").update(verifier).digest("base64url");
  const fits = timingSafeEqual(Buffer.from(derived), Buffer.from(challenge));
  return fits ? undefined : invalid("invalid_grant", "PKCE verification failed");
}

function invalid(error: string, error_description: string): OAuthError {
  return { error, error_description };
}
