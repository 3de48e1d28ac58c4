import { type CatalogEntry, s3EndpointOf } from "../keystone/catalog.ts";
import type { S3Endpoint } from "../store/credentials.ts";
import { connectCommand } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import { noKeystone, type Profile } from "./profile.ts";
import type { StoreEndpoint } from "./state.ts";

/** RGW takes any signing region; Swift's s3api wants its own, which is this unless its operator chose another. */
const signingRegion = "us-east-1";

/**
 * The object store a catalog names.
 *
 * @throws Failure `ENDPOINT_MISSING`, or `ENDPOINT_AMBIGUOUS` when there are several and no region was chosen: their
 * order in a catalog means nothing.
 */
export function endpointOf(profile: Profile, catalog: readonly CatalogEntry[]): StoreEndpoint {
  const stores = catalog.filter(({ type }) => type === "object-store");
  const candidates = profile.region === undefined ? stores : stores.filter(({ region }) => region === profile.region);
  const [store, another] = candidates;
  if (store === undefined) throw noStore(profile, stores);
  if (another !== undefined) {
    throw chainFailure("ENDPOINT_AMBIGUOUS", `${profile.site} has several object stores`, {
      cure: choices(profile, stores),
    });
  }
  const s3Url = s3EndpointOf(store.url);
  return { storageUrl: store.url, region: signingRegion, ...(s3Url === undefined ? {} : { s3Url }) };
}

function noStore(profile: Profile, stores: readonly CatalogEntry[]): Error {
  if (stores.length > 0) {
    const message = `${profile.site} has no object store in the region ${profile.region}`;
    return chainFailure("ENDPOINT_MISSING", message, { cure: choices(profile, stores) });
  }
  return chainFailure("ENDPOINT_MISSING", `the catalog of ${profile.site} names no object store for this project`, {
    cure: ["Another project may have one:", `fedbucket keystone projects --profile ${profile.name}`],
  });
}

const choices = (profile: Profile, stores: readonly CatalogEntry[]): string[] =>
  stores.map(({ region, url }) => `${connectCommand(profile, ` --region ${region}`)}    # ${url}`);

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
