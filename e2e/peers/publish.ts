import { rmSync, writeFileSync } from "node:fs";
import {
  issuer,
  keystoneAt,
  type KeystoneAt,
  keystonePypiAt,
  minioAt,
  rgwAt,
  type SwiftAt,
  swiftAt,
  swiftOutdatedAt,
  swiftPypiAt,
} from "./addresses.ts";
import { findProject } from "./cloud.ts";
import { roleArn } from "./minio-policies.ts";
import type { Peer } from "./peer.ts";
import { path } from "./places.ts";

/** Where tests read it. */
export const addressFile: string = path("peers.json");

/** What tests know of the servers that are up. A store that is down is left out. */
export interface Addresses {
  readonly format: 1;
  readonly issuer: string;
  readonly keystone: KeystoneAddresses;
  /** The current release. */
  readonly keystonePypi?: KeystoneAddresses;
  readonly swift?: StoreAddresses;
  readonly rgw?: StoreAddresses;
  readonly minio?: {
    /** Serves S3 and STS. */
    readonly endpoint: string;
    readonly region: string;
    /** For tokens of the client "fedbucket"; without it, MinIO takes only tokens of its own client. */
    readonly roleArn: string;
  };
  /** Behind that Keystone, with a service user for its s3token and without. */
  readonly swiftPypi?: StoreAddresses;
  readonly swiftOutdated?: StoreAddresses;
  /** By peer. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface KeystoneAddresses extends KeystoneAt {
  readonly projectId: string;
}

export interface StoreAddresses {
  /** In Keystone's catalog. */
  readonly region: string;
  readonly storageUrl: string;
  readonly s3Endpoint: string;
  /** The one that signatures name. */
  readonly s3Region: string;
}

export async function publish(up: readonly Peer[]): Promise<void> {
  const isUp = (name: string): boolean => up.some((peer) => peer.name === name);
  if (!isUp("keystone")) return rmSync(addressFile, { force: true });
  const here = { ...keystoneAt, projectId: await findProject(keystoneAt) };
  const pypi = isUp("keystone-pypi") ? { ...keystonePypiAt, projectId: await findProject(keystonePypiAt) } : undefined;
  const addresses: Addresses = {
    format: 1,
    issuer,
    keystone: here,
    ...(isUp("swift") && { swift: storeFor(here, swiftAt) }),
    ...(pypi && {
      keystonePypi: pypi,
      ...(isUp("swift-pypi") && { swiftPypi: storeFor(pypi, swiftPypiAt) }),
      ...(isUp("swift-outdated") && { swiftOutdated: storeFor(pypi, swiftOutdatedAt) }),
    }),
    ...(isUp("rgw") && { rgw: rgwAt }),
    ...(isUp("minio") && { minio: { ...minioAt, roleArn } }),
    versions: Object.fromEntries(up.map((peer) => [peer.name, peer.version() ?? ""])),
  };
  writeFileSync(addressFile, `${JSON.stringify(addresses, undefined, 2)}\n`);
}

const storeFor = ({ projectId }: KeystoneAddresses, swift: SwiftAt): StoreAddresses => ({
  ...swift,
  storageUrl: swift.storageUrl(projectId),
});
