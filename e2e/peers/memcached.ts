import { ports } from "./addresses.ts";
import { packageVersion } from "./packages.ts";
import type { Peer } from "./peer.ts";
import { startService } from "./service.ts";

/** Keystone and Swift keep tokens and roles in it, as sites do: what a cache delays must show here too. */
export const memcached: Peer = {
  name: "memcached",
  needs: [],
  packages: ["memcached"],
  services: ["memcached"],
  address: `127.0.0.1:${ports.memcached}`,
  version: () => packageVersion("memcached"),
  up: () => startMemcached("memcached", ports.memcached),
};

export const startMemcached = (service: string, port: number): Promise<void> =>
  startService(service, [
    "memcached",
    "--listen=127.0.0.1",
    `--port=${port}`,
    "--udp-port=0",
    "--memory-limit=64",
    "--user=nobody",
  ]);
