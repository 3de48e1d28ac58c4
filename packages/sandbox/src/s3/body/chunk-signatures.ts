import { createHash, hash, type Hash } from "node:crypto";
import type { SignatureChain } from "../auth/authenticate.ts";
import { sameSignature, sign } from "../auth/sigv4.ts";
import { S3Error } from "../errors.ts";

const EMPTY_SHA256 = hash("sha256", "");
const TRAILER_SIGNATURE = "x-amz-trailer-signature";

/** Checks the signatures of a chunked body, each of which is made over the one before. */
export class ChunkSignatures {
  readonly #chain: SignatureChain;
  readonly #signedTrailer: boolean;
  #previous: string;
  #claimed = "";
  #hash: Hash = createHash("sha256");

  constructor(chain: SignatureChain, signedTrailer: boolean) {
    this.#chain = chain;
    this.#signedTrailer = signedTrailer;
    this.#previous = chain.seed;
  }

  begin(claimed: string): void {
    this.#claimed = claimed;
    this.#hash = createHash("sha256");
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  end(): void {
    this.#check("AWS4-HMAC-SHA256-PAYLOAD", `${EMPTY_SHA256}\n${this.#hash.digest("hex")}`, this.#claimed);
  }

  trailer(trailers: ReadonlyMap<string, string>): void {
    if (!this.#signedTrailer) return;
    const signed = [...trailers].filter(([name]) => name !== TRAILER_SIGNATURE).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = signed.map(([name, value]) => `${name}:${value}\n`).join("");
    this.#check("AWS4-HMAC-SHA256-TRAILER", hash("sha256", text), trailers.get(TRAILER_SIGNATURE) ?? "");
  }

  #check(algorithm: string, digest: string, claimed: string): void {
    const { key, timestamp, scope } = this.#chain;
    const signature = sign(key, [algorithm, timestamp, scope, this.#previous, digest].join("\n"));
    if (!sameSignature(signature, claimed)) throw new S3Error("SignatureDoesNotMatch", "A chunk's signature is wrong.");
    this.#previous = signature;
  }
}
