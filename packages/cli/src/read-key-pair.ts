import { chainFailure, type Failure, Secret, tokenShape } from "@fedbucket/client";
import type { Context } from "./context.ts";

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

/** Asks for both halves without showing them; where nobody can answer they come on standard input. */
export async function readKeyPair({ prompt, stdin }: Context): Promise<KeyPair> {
  if (prompt !== undefined) {
    const accessKeyId = await prompt.secret("Paste the access key (it is not shown)");
    return pairOf(accessKeyId.trim(), (await prompt.secret("Paste its secret key")).trim());
  }
  let text = "";
  for await (const chunk of stdin) text += String(chunk);
  const { accessKey, secretKey } = jsonOf(text);
  const words = text.trim().split(/\s+/);
  if (accessKey === undefined && words.length > 2)
    throw badImport("what came on standard input is more than two words");
  return pairOf(accessKey ?? words[0] ?? "", secretKey ?? words[1] ?? "");
}

/** What MinIO's console offers for download. */
function jsonOf(text: string): { accessKey?: string; secretKey?: string } {
  try {
    const { accessKey, secretKey } = JSON.parse(text) as Record<string, unknown>;
    return typeof accessKey === "string" && typeof secretKey === "string" ? { accessKey, secretKey } : {};
  } catch {
    return {};
  }
}

/** Neither half is repeated in a message: they may have changed places. */
function pairOf(accessKeyId: string, secretKey: string): KeyPair {
  if (accessKeyId === "" || secretKey === "") throw badImport("the access key or its secret is missing");
  if ([accessKeyId, secretKey].some((half) => tokenShape(half).kind.endsWith("-token")))
    throw badImport("that is a token, not an access key");
  if (!/^[\x21-\x7e]{3,128}$/.test(accessKeyId)) throw badImport("the first half cannot be an access key");
  return { accessKeyId, secretAccessKey: new Secret(secretKey) };
}

const badImport = (message: string): Failure =>
  chainFailure("KEYS_BAD_IMPORT", message, {
    cure: [
      "Give the access key, then its secret, each on a line of its own; or the JSON file of the console:",
      "fedbucket keys import --profile NAME < credentials.json",
    ],
  });
