import type { Provider, S3Credentials, S3Endpoint } from "../store/credentials.ts";
import { StoreError } from "../store/error.ts";
import { s3Account } from "../store/s3-account.ts";
import { type Chain, notConnected } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import type { Prove } from "./keys-link.ts";
import { noKeystone, type Profile } from "./profile.ts";
import type { StoreEndpoint } from "./state.ts";

/** Proves keys by a signed ListBuckets, once. */
export function prover(chain: Chain): Prove {
  return async (keys) => {
    const { http, crypto, profile, signal } = chain;
    if (chain.state.endpoint === undefined) throw notConnected(profile);
    const endpoint = s3EndpointIn(profile, chain.state.endpoint);
    const account = s3Account({ http, crypto, endpoint, credentials: theseAlone(keys) });
    let containers = 0;
    for await (const _ of account.listBuckets(signal === undefined ? {} : { signal })) containers++;
    return containers;
  };
}

/** Keys in whose place no others are fetched when they are refused. */
export const theseAlone =
  (keys: S3Credentials): Provider<S3Credentials> =>
  async ({ refused } = {}) => {
    if (refused === undefined) return keys;
    throw new StoreError("STORE_UNAUTHENTICATED", "the store refuses these keys");
  };

/** Swift's address. @throws Failure `NO_KEYSTONE` */
export function storageUrlIn(profile: Profile, { storageUrl }: StoreEndpoint): string {
  if (storageUrl !== undefined) return storageUrl;
  throw noKeystone(profile);
}

/** @throws Failure `ENDPOINT_WITHOUT_S3` */
export function s3EndpointIn(profile: Profile, { s3Url, region, storageUrl }: StoreEndpoint): S3Endpoint {
  if (s3Url !== undefined) return { url: s3Url, region };
  throw chainFailure("ENDPOINT_WITHOUT_S3", `no S3 address can be told from the store's address ${storageUrl ?? ""}`, {
    cure: [`Swift works: fedbucket ls --via swift --profile ${profile.name}`],
  });
}
