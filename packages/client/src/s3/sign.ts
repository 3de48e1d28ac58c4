import type { Crypto } from "../crypto.ts";
import type { HttpRequest } from "../http.ts";
import { Secret } from "../secret.ts";
import { percentEncode } from "./urls.ts";

/** The key pair that signs; temporary ones come with a session token. */
interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

export interface SignOptions {
  readonly keys: SigningKeys;
  readonly region: string;
  /** The server's time, within 15 minutes. */
  readonly at: Date;
  readonly crypto: Crypto;
}

/** SHA-256 of no bytes at all. */
export const emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/** The bytes are not part of the signature; `content-md5` and the ETag guard them. */
export const unsignedPayload = "UNSIGNED-PAYLOAD";

const algorithm = "AWS4-HMAC-SHA256";

/**
 * Adds the headers of Signature Version 4. Every header of the record is signed.
 *
 * @param payload SHA-256 of the body in hex, or {@link unsignedPayload}.
 * @see AWS Signature Version 4 for S3, "Transferring Payload in a Single Chunk"
 */
export function signRequest(request: HttpRequest, payload: string, options: SignOptions): HttpRequest {
  const { keys, at } = options;
  const [time, date] = timestamps(at);
  const headers: Record<string, string | Secret> = {
    ...request.headers,
    "x-amz-content-sha256": payload,
    "x-amz-date": time,
    ...(keys.sessionToken === undefined ? {} : { "x-amz-security-token": keys.sessionToken }),
  };
  const { authority, path, query } = splitUrl(request.url);
  // Sorted by name alone: with the colon, `x-amz-copy-source:` would come behind `x-amz-copy-source-range:`.
  const names = [...Object.keys(headers), "host"].sort();
  let lines = "";
  for (const name of names) lines += `${name}:${name === "host" ? authority : canonicalValue(headers[name] ?? "")}\n`;
  const signedHeaders = names.join(";");
  const canonical = `${request.method}\n${path}\n${canonicalQuery(query)}\n${lines}\n${signedHeaders}\n${payload}`;
  const signature = signatureOf(canonical, time, date, options);
  const credential = `${keys.accessKeyId}/${date}/${options.region}/s3/aws4_request`;
  const authorization = `${algorithm} Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
  headers["authorization"] = authorization;
  return { ...request, headers };
}

/**
 * A URL that carries its own signature and works for `expiresInSeconds`, at most 604,800 (7 days).
 *
 * @see AWS Signature Version 4 for S3, "Using Query Parameters"
 */
export function presignUrl(method: string, url: string, expiresInSeconds: number, options: SignOptions): string {
  const { keys, at } = options;
  const [time, date] = timestamps(at);
  const { authority, path, query } = splitUrl(url);
  const parameters: [string, string][] = [
    ["X-Amz-Algorithm", algorithm],
    ["X-Amz-Credential", `${keys.accessKeyId}/${date}/${options.region}/s3/aws4_request`],
    ["X-Amz-Date", time],
    ["X-Amz-Expires", String(expiresInSeconds)],
    ["X-Amz-SignedHeaders", "host"],
  ];
  if (keys.sessionToken !== undefined) parameters.push(["X-Amz-Security-Token", keys.sessionToken.reveal()]);
  const added = parameters.map(([name, value]) => `${name}=${percentEncode(value)}`).join("&");
  const full = query === "" ? added : `${query}&${added}`;
  const canonical = [method, path, canonicalQuery(full), `host:${authority}`, "", "host", unsignedPayload];
  const signature = signatureOf(canonical.join("\n"), time, date, options);
  return `${url.split("?", 1)[0]}?${full}&X-Amz-Signature=${signature}`;
}

function signatureOf(canonical: string, time: string, date: string, { keys, region, crypto }: SignOptions): string {
  const scope = `${date}/${region}/s3/aws4_request`;
  const toSign = `${algorithm}\n${time}\n${scope}\n${crypto.sha256(canonical)}`;
  return crypto.signature(keys.secretAccessKey, [date, region, "s3"], toSign);
}

type Timestamps = readonly [time: string, date: string];

/** Hundreds of requests are signed in the same second. */
let last: { readonly second: number; readonly written: Timestamps } | undefined;

/** `20261123T182953Z` and `20261123`. */
function timestamps(at: Date): Timestamps {
  const second = Math.floor(at.getTime() / 1000);
  if (last?.second !== second) {
    const time = `${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
    last = { second, written: [time, time.slice(0, 8)] };
  }
  return last.written;
}

function canonicalValue(value: string | Secret): string {
  const text = (value instanceof Secret ? value.reveal() : value).trim();
  return text.includes("  ") ? text.replace(/ +/g, " ") : text;
}

/** Parameters are encoded already when they get here; they only have to be in order, each with its `=`. */
function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query.split("&").map((pair) => (pair.includes("=") ? pair : `${pair}=`));
  return pairs.sort().join("&");
}

function splitUrl(url: string): { authority: string; path: string; query: string } {
  const start = url.indexOf("//") + 2;
  const ask = url.indexOf("?", start);
  const end = ask < 0 ? url.length : ask;
  const slash = url.indexOf("/", start);
  const pathStart = slash < 0 || slash > end ? end : slash;
  const path = url.slice(pathStart, end);
  return { authority: url.slice(start, pathStart), path: path === "" ? "/" : path, query: url.slice(end + 1) };
}
