import { createHash, randomBytes } from "node:crypto";
import { signIn } from "../demo/browser.ts";

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

/** Signs somebody in by device code and plain requests. @see RFC 8628, with PKCE as Check-in wants it */
export async function deviceTokens(
  { issuer = "", clientId = "" }: { readonly issuer?: string; readonly clientId?: string },
  person: { readonly username: string; readonly passphrase: string },
): Promise<Tokens> {
  const verifier = randomBytes(32).toString("base64url");
  const { device_authorization_endpoint = "", token_endpoint = "" } = await ask(
    `${issuer}/.well-known/openid-configuration`,
  );
  const begun = await ask(device_authorization_endpoint, {
    client_id: clientId,
    scope: "openid profile email eduperson_entitlement",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  await signIn(begun["verification_uri_complete"] ?? "", person);
  const tokens = await ask(token_endpoint, {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: begun["device_code"] ?? "",
    client_id: clientId,
    code_verifier: verifier,
  });
  return { access_token: tokens["access_token"] ?? "", id_token: tokens["id_token"] ?? "" };
}

async function ask(url: string, form?: Record<string, string>): Promise<Record<string, string>> {
  const answer = await fetch(url, form && { method: "POST", body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}
