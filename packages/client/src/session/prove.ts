import type { Provider, S3Credentials } from "../store/credentials.ts";
import { StoreError } from "../store/error.ts";
import { listBuckets } from "../store/s3-buckets.ts";
import { s3Client } from "../store/s3-client.ts";
import { type Chain, notConnected } from "./chain.ts";
import { s3EndpointIn } from "./endpoint.ts";
import type { Prove } from "./keys-link.ts";
import { storeInWords } from "./store-words.ts";

/** Proves keys by a signed ListBuckets, once. */
export function prover(chain: Chain): Prove {
  return async (keys) => {
    const { http, crypto, profile, signal } = chain;
    if (chain.state.endpoint === undefined) throw notConnected(profile);
    const endpoint = s3EndpointIn(profile, chain.state.endpoint);
    const inWords = storeInWords({ profile, url: endpoint.url });
    const client = s3Client({ http, crypto, endpoint, credentials: theseAlone(keys), inWords });
    return (await listBuckets(client, signal)).length;
  };
}

/** Keys in whose place no others are fetched when they are refused. */
export const theseAlone =
  (keys: S3Credentials): Provider<S3Credentials> =>
  async ({ refused } = {}) => {
    if (refused === undefined) return keys;
    throw new StoreError("STORE_UNAUTHENTICATED", "the store refuses these keys");
  };
