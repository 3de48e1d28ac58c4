import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const version = 0x80;

/**
 * Seals a text as Keystone seals its tokens (they begin `gAAAAA`).
 *
 * @param key 32 bytes: 16 to sign, 16 to encrypt.
 * @see https://github.com/fernet/spec/blob/master/Spec.md
 */
export function seal(key: Buffer, text: string, now: Date): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-128-cbc", key.subarray(16), iv);
  const head = Buffer.alloc(9);
  head.writeUInt8(version);
  head.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 1000)), 1);
  const signed = Buffer.concat([head, iv, cipher.update(text), cipher.final()]);
  // Keystone takes the padding off.
  return Buffer.concat([signed, sign(key, signed)]).toString("base64url");
}

/** The text of a token sealed with this key; undefined for anything else. */
export function unseal(key: Buffer, token: string): string | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length < 9 + 16 + 16 + 32 || bytes[0] !== version) return undefined;
  const signed = bytes.subarray(0, -32);
  if (!timingSafeEqual(sign(key, signed), bytes.subarray(-32))) return undefined;
  const decipher = createDecipheriv("aes-128-cbc", key.subarray(16), signed.subarray(9, 25));
  return Buffer.concat([decipher.update(signed.subarray(25)), decipher.final()]).toString();
}

function sign(key: Buffer, signed: Uint8Array): Buffer {
  return createHmac("sha256", key.subarray(0, 16)).update(signed).digest();
}
