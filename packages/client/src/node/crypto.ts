import type * as NodeCrypto from "node:crypto";
import type { Crypto, Digest } from "../crypto.ts";
import { Secret } from "../secret.ts";

let loaded: typeof NodeCrypto | undefined;

/** Loaded with the first use: most of what starts signs nothing, or not before a server has answered. */
const library = (): typeof NodeCrypto => (loaded ??= process.getBuiltinModule("node:crypto"));

/** `node:crypto`. A signing key is derived once a day for each secret and region, and kept as a KeyObject. */
export function nodeCrypto(): Crypto {
  const kept = new WeakMap<Secret, { readonly scope: string; readonly key: NodeCrypto.KeyObject }>();

  function signingKey(secret: Secret, scope: readonly string[]): NodeCrypto.KeyObject {
    const name = scope.join("/");
    const known = kept.get(secret);
    if (known?.scope === name) return known.key;
    const { createHmac, createSecretKey } = library();
    const first: string | Buffer = `AWS4${secret.reveal()}`;
    const derived = [...scope, "aws4_request"].reduce<string | Buffer>(
      (key, part) => createHmac("sha256", key).update(part).digest(),
      first,
    );
    const key = createSecretKey(Buffer.from(derived));
    kept.set(secret, { scope: name, key });
    return key;
  }

  return {
    sha1: (data) => library().hash("sha1", data, "buffer"),
    sha256: (data) => library().hash("sha256", data),
    signature: (secret, scope, text) =>
      library().createHmac("sha256", signingKey(secret, scope)).update(text).digest("hex"),
    hmac: (digest, key, text) => library().createHmac(digest, key.reveal()).update(text).digest("hex"),
    randomSecret: (bytes) => new Secret(library().randomBytes(bytes).toString("hex")),
    md5: () => library().createHash("md5"),
    crc32,
  };
}

/** CRC32 as zlib has it, 4 bytes, the highest first. Uses nothing of this file: the digest worker gets its text. */
export function crc32(): Digest {
  const { crc32: next } = process.getBuiltinModule("node:zlib");
  let value = 0;
  return {
    update: (chunk) => void (value = next(chunk, value)),
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}
