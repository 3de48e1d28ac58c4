import type { Secret } from "./secret.ts";

/** Synchronous cryptography, handed in: Node and a browser have different ones. `nodeCrypto` is Node's. */
export interface Crypto {
  /** For names that others make so: it keeps nothing secret. */
  sha1(data: string): Uint8Array;
  /** In hex. */
  sha256(data: string): string;
  /**
   * A SigV4 signature in hex: the key is derived from the secret and the scope (date, region, service), and kept.
   *
   * @see AWS Signature Version 4, "Calculate the signature"
   */
  signature(
    secretAccessKey: Secret,
    scope: readonly [date: string, region: string, service: string],
    text: string,
  ): string;
  /** In hex. */
  hmac(digest: "sha1" | "sha256", key: Secret, text: string): string;
  /** Nobody can guess it: so many bytes, in hex. */
  randomSecret(bytes: number): Secret;
  md5(): Digest;
  /** The one of zlib and Ethernet; 4 bytes, the most significant first. A tenth of the work of an MD5. */
  crc32(): Digest;
}

/** A hash under way. */
export interface Digest {
  update(chunk: Uint8Array): void;
  /** Ends it. */
  digest(): Uint8Array;
}

const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Bytes as lower-case hex. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += digits[bytes[at] ?? 0];
  return text;
}

/** As S3 tells a checksum, and as {@link Checksum} holds it. */
export function hexOfBase64(text: string): string {
  const bytes = atob(text);
  let hexed = "";
  for (let at = 0; at < bytes.length; at++) hexed += digits[bytes.charCodeAt(at)];
  return hexed;
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** What a checksum of an object must be. */
export interface Checksum {
  readonly algorithm: "md5" | "crc32";
  /** In hex. */
  readonly value: string;
}
