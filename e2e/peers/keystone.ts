import { keystoneAt, ports, rgwAt, swiftAt } from "./addresses.ts";
import { keystonePackages, startKeystone } from "./keystone-server.ts";
import { packageVersion } from "./packages.ts";
import type { Peer } from "./peer.ts";

/** Debian's Keystone. */
export const keystone: Peer = {
  name: "keystone",
  needs: ["checkin", "mariadb", "memcached"],
  packages: keystonePackages,
  services: ["keystone"],
  address: keystoneAt.authUrl,
  version: () => packageVersion("keystone"),
  up: () =>
    startKeystone({
      name: "keystone",
      database: "keystone",
      at: keystoneAt,
      port: ports.keystone,
      cachePort: ports.memcached,
      stores: [
        { name: "swift", region: swiftAt.region, url: swiftAt.storageUrl("%(project_id)s") },
        { name: "ceph-rgw", region: rgwAt.region, url: rgwAt.storageUrl },
      ],
    }),
};
