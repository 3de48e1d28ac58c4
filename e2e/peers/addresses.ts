/** All on 127.0.0.1; fixed, since Keystone's catalog and Check-in's clients name them. */
export const ports = {
  keystone: 17500,
  mariadb: 17501,
  memcached: 17502,
  /** The sandbox takes this one and the two after it. */
  checkin: 17510,
  swift: 17520,
  swiftAccount: 17521,
  swiftContainer: 17522,
  swiftObject: 17523,
  rgw: 17530,
  cephMon: 17531,
  /** First and last port for Ceph's other daemons. */
  ceph: [17540, 17559],
  minio: 17560,
} as const;

export const url = (port: number, rest = ""): string => `http://127.0.0.1:${port}${rest}`;

export const vo = "vo.pangeo.eu";
export const issuer: string = url(ports.checkin, "/auth/realms/egi");

export const keystoneAt = { authUrl: url(ports.keystone, "/v3"), identityProvider: "egi.eu", protocol: "openid" };

/** Swift's s3api takes only signatures for its own location, whatever the region is called in the catalog. */
export const swiftAt = {
  region: "RegionOne",
  storageUrl: (projectId: string): string => url(ports.swift, `/v1/AUTH_${projectId}`),
  s3Endpoint: url(ports.swift),
  s3Region: "us-east-1",
};

/** RGW's storage URL names no project: it takes the one of the token. */
export const rgwAt = {
  region: "RegionRGW",
  storageUrl: url(ports.rgw, "/swift/v1"),
  s3Endpoint: url(ports.rgw),
  s3Region: "us-east-1",
};

export const minioAt = { endpoint: url(ports.minio), region: "us-east-1" };
