import { createHash, generateKeyPair, type JsonWebKey } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { setting } from "../database.ts";

/** The private key that signs tokens, made at the first start; RS256 as Check-in uses. */
export async function loadSigningKey(database: DatabaseSync): Promise<JsonWebKey> {
  const kept = database.prepare("select value from setting where name = 'signing-key'").get();
  if (kept !== undefined) return JSON.parse(String(kept["value"])) as JsonWebKey;
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ format: "jwk" });
  const kid = createHash("sha256").update(String(key.n)).digest("base64url");
  const jwk = { ...key, kid, use: "sig", alg: "RS256" };
  setting(database, "signing-key", () => JSON.stringify(jwk));
  return jwk;
}
