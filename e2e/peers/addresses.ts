/** `FEDBUCKET_PEERS_PORT` moves it, for a second set of peers on one machine. */
const first = Number(process.env["FEDBUCKET_PEERS_PORT"] ?? 17_500);

/** All on 127.0.0.1; fixed, since Keystone's catalog and Check-in's clients name them. */
export const ports = {
  keystone: first,
  mariadb: first + 1,
  memcached: first + 2,
  keystonePypi: first + 3,
  memcachedPypi: first + 4,
  /** The sandbox takes this one and the two after it. */
  checkin: first + 10,
  swift: first + 20,
  swiftAccount: first + 21,
  swiftContainer: first + 22,
  swiftObject: first + 23,
  swiftPypi: first + 24,
  swiftOutdated: first + 25,
  rgw: first + 30,
  cephMon: first + 31,
  /** First and last port for Ceph's other daemons. */
  ceph: [first + 40, first + 59],
  minio: first + 60,
} as const;

export const url = (port: number, rest = ""): string => `http://127.0.0.1:${port}${rest}`;

export const vo = "vo.pangeo.eu";
export const issuer: string = url(ports.checkin, "/auth/realms/egi");

/** A Keystone, and what its federation is called. */
export interface KeystoneAt {
  readonly authUrl: string;
  readonly identityProvider: string;
  readonly protocol: string;
}

const keystoneOn = (port: number): KeystoneAt => ({
  authUrl: url(port, "/v3"),
  identityProvider: "egi.eu",
  protocol: "openid",
});

export const keystoneAt: KeystoneAt = keystoneOn(ports.keystone);
export const keystonePypiAt: KeystoneAt = keystoneOn(ports.keystonePypi);

/** A proxy of Swift. Its s3api takes only signatures for its own location, whatever the region is called in the catalog. */
export interface SwiftAt {
  readonly region: string;
  readonly storageUrl: (projectId: string) => string;
  readonly s3Endpoint: string;
  readonly s3Region: string;
}

const swiftOn = (port: number, region: string): SwiftAt => ({
  region,
  storageUrl: (projectId) => url(port, `/v1/AUTH_${projectId}`),
  s3Endpoint: url(port),
  s3Region: "us-east-1",
});

export const swiftAt: SwiftAt = swiftOn(ports.swift, "RegionOne");
/** Both in the catalog of the Keystone from PyPI. */
export const swiftPypiAt: SwiftAt = swiftOn(ports.swiftPypi, "RegionOne");
export const swiftOutdatedAt: SwiftAt = swiftOn(ports.swiftOutdated, "RegionOutdated");

/** RGW's storage URL names no project: it takes the one of the token. */
export const rgwAt = {
  region: "RegionRGW",
  storageUrl: url(ports.rgw, "/swift/v1"),
  s3Endpoint: url(ports.rgw),
  s3Region: "us-east-1",
};

export const minioAt = { endpoint: url(ports.minio), region: "us-east-1" };
