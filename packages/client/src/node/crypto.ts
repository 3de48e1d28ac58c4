import { createHash, createHmac, createSecretKey, hash, type KeyObject, randomBytes } from "node:crypto";
import type { Crypto } from "../crypto.ts";
import { Secret } from "../secret.ts";

/** `node:crypto`. A signing key is derived once a day for each secret and region, and kept as a KeyObject. */
export function nodeCrypto(): Crypto {
  const kept = new WeakMap<Secret, { readonly scope: string; readonly key: KeyObject }>();

  function signingKey(secret: Secret, scope: readonly string[]): KeyObject {
    const name = scope.join("/");
    const known = kept.get(secret);
    if (known?.scope === name) return known.key;
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
    sha256: (data) => hash("sha256", data),
    signature: (secret, scope, text) => createHmac("sha256", signingKey(secret, scope)).update(text).digest("hex"),
    hmac: (digest, key, text) => createHmac(digest, key.reveal()).update(text).digest("hex"),
    randomSecret: (bytes) => new Secret(randomBytes(bytes).toString("hex")),
    md5: () => createHash("md5"),
  };
}
