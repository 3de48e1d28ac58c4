import type { CatalogService } from "./token-body.ts";

/** One service of a site in one region, by its public address. */
export interface CatalogEntry {
  /** `object-store`, `identity`, `compute`... */
  readonly type: string;
  readonly name: string;
  readonly region: string;
  readonly url: string;
}

/** The public endpoints of a catalog, in its order. */
export function readCatalogServices(services: readonly CatalogService[]): CatalogEntry[] {
  return services.flatMap(({ type = "", name = "", endpoints = [] }) =>
    endpoints.flatMap(({ interface: face, region = "", url }) =>
      face === "public" && url !== undefined ? [{ type, name, region, url: url.replace(/\/+$/, "") }] : [],
    ),
  );
}

/**
 * The S3 endpoint beside a Swift endpoint: RGW's Swift API lives below `/swift/`, native Swift's below `/v1/`, and S3 at
 * what comes before. Undefined when the address has neither form.
 *
 * @see ceph doc/radosgw/swift.rst and `rgw_swift_url_prefix`; swift doc/source/api, "storage URL"
 */
export function s3EndpointOf(storageUrl: string): string | undefined {
  const { origin, pathname } = new URL(storageUrl);
  const cut = /^(.*?)\/(?:swift\/v1|swift|v1)(?:\/|$)/.exec(pathname);
  return cut === null ? undefined : `${origin}${cut[1]}`;
}
