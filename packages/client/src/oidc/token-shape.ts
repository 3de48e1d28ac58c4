import { parseJson } from "../body.ts";
import { Secret } from "../secret.ts";

/** What a pasted string looks like. Nothing is verified; servers decide. */
export type TokenShape =
  /** An OIDC access token: a JWT that does not say it is anything else. */
  | { readonly kind: "access-token"; readonly token: Secret; readonly claims: TokenClaims }
  /** A JWT that says it is a refresh or an offline token (Keycloak's `typ`), or an ID token. */
  | { readonly kind: "refresh-token" | "id-token"; readonly token: Secret; readonly claims: TokenClaims }
  /** One word of text with no shape of its own: an opaque refresh token, or an opaque access token. */
  | { readonly kind: "opaque"; readonly token: Secret }
  | { readonly kind: "keystone-token" | "s3-key" | "truncated-jwt" | "malformed" | "empty" };

export interface TokenClaims {
  readonly issuer?: string;
  readonly subject?: string;
  /** A name for people, in tokens that have one. */
  readonly name?: string;
  /** `preferred_username`: what hubs and MinIO call the person. */
  readonly username?: string;
  readonly expiresAt?: Date;
  readonly notBefore?: Date;
  /** The client that got the token: `azp`, else `client_id`. */
  readonly clientId?: string;
}

/**
 * Tells what somebody pasted, after taking off what comes along with it: backticks (the how-to has them), quotes,
 * `Bearer `, `NAME=` of a shell line, line breaks of a terminal.
 */
export function tokenShape(pasted: string): TokenShape {
  const text = strip(pasted);
  if (text === "") return { kind: "empty" };
  if (/^gAAAAA[\w-]+={0,2}$/.test(text)) return { kind: "keystone-token" };
  if (/^eyJ[\w-]*(\.|$)/.test(text)) return jwtShape(text);
  if (isS3Key(text)) return { kind: "s3-key" };
  return /^[\x21-\x7e]{16,}$/.test(text) ? { kind: "opaque", token: new Secret(text) } : { kind: "malformed" };
}

/** What a token says about itself; nothing for one that is no JWT. */
export function claimsOf(token: Secret): TokenClaims {
  let claims: TokenClaims = {};
  token.map((text) => {
    const shape = tokenShape(text);
    if ("claims" in shape) claims = shape.claims;
    return "";
  });
  return claims;
}

function strip(pasted: string): string {
  const unwrapped = pasted
    .replace(/\s*[\r\n]+\s*/g, "")
    .trim()
    .replace(/^(export\s+)?[A-Z_]+_TOKEN=/, "");
  const bare = unwrapped.replace(/^[`'"“‘\s]+|[`'"”’;\s]+$/g, "");
  return bare.replace(/^(authorization:\s*)?bearer\s+/i, "").replace(/^[`'"\s]+/, "");
}

function jwtShape(text: string): TokenShape {
  const parts = text.split(".");
  const payload = parts.length === 3 && parts[2] !== "" ? decodePart(parts[1]) : undefined;
  const header = decodePart(parts[0]);
  if (payload === undefined || header === undefined) return { kind: "truncated-jwt" };
  const kind = jwtKind(textOf(payload["typ"]), textOf(header["typ"]));
  return { kind, token: new Secret(text), claims: readClaims(payload) };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Keycloak writes what a token is for into `typ` of the payload: Bearer, Refresh, Offline or ID. */
function jwtKind(payloadType: string, headerType: string): "access-token" | "refresh-token" | "id-token" {
  if (/^(refresh|offline)$/i.test(payloadType)) return "refresh-token";
  if (/^id$/i.test(payloadType) && !/at\+jwt/i.test(headerType)) return "id-token";
  return "access-token";
}

function readClaims(payload: Record<string, unknown>): TokenClaims {
  const { iss, sub, exp, nbf, azp, client_id: clientId, name, preferred_username: username } = payload;
  const called = typeof name === "string" ? name : username;
  const client = typeof azp === "string" ? azp : clientId;
  return {
    ...(typeof iss === "string" ? { issuer: iss } : {}),
    ...(typeof sub === "string" ? { subject: sub } : {}),
    ...(typeof called === "string" ? { name: called } : {}),
    ...(typeof username === "string" ? { username } : {}),
    ...(typeof exp === "number" ? { expiresAt: new Date(exp * 1000) } : {}),
    ...(typeof nbf === "number" ? { notBefore: new Date(nbf * 1000) } : {}),
    ...(typeof client === "string" ? { clientId: client } : {}),
  };
}

function decodePart(part: string | undefined): Record<string, unknown> | undefined {
  if (part === undefined || !/^[\w-]+$/.test(part)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const value = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // not base64url, or cut in the middle
  }
}

/** Keystone's EC2 keys are 32 hex digits; Amazon's access keys begin with AKIA or ASIA; MinIO's are 20 letters. */
function isS3Key(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text) || /^A[KS]IA[A-Z0-9]{12,}$/.test(text) || /^[A-Z0-9]{20}$/.test(text);
}
