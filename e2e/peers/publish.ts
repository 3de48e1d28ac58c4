import { writeFileSync } from "node:fs";
import { issuer, keystoneAt, minioAt, rgwAt, swiftAt } from "./addresses.ts";
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
  readonly keystone: {
    readonly authUrl: string;
    readonly identityProvider: string;
    readonly protocol: string;
    readonly projectId: string;
  };
  readonly swift?: StoreAddresses;
  readonly rgw?: StoreAddresses;
  readonly minio?: {
    /** Serves S3 and STS. */
    readonly endpoint: string;
    readonly region: string;
    /** For tokens of the client "fedbucket"; without it, MinIO takes only tokens of its own client. */
    readonly roleArn: string;
  };
  /** By peer. */
  readonly versions: Readonly<Record<string, string>>;
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
  if (!isUp("keystone")) return;
  const projectId = await findProject();
  const addresses: Addresses = {
    format: 1,
    issuer,
    keystone: { ...keystoneAt, projectId },
    ...(isUp("swift") && { swift: { ...swiftAt, storageUrl: swiftAt.storageUrl(projectId) } }),
    ...(isUp("rgw") && { rgw: rgwAt }),
    ...(isUp("minio") && { minio: { ...minioAt, roleArn } }),
    versions: Object.fromEntries(up.map((peer) => [peer.name, peer.version() ?? ""])),
  };
  writeFileSync(addressFile, `${JSON.stringify(addresses, undefined, 2)}\n`);
}
