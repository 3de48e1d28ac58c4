import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keystonePypiAt, ports, swiftOutdatedAt, swiftPypiAt } from "./addresses.ts";
import { keystonePackages, startKeystone } from "./keystone-server.ts";
import { startMemcached } from "./memcached.ts";
import type { Peer } from "./peer.ts";
import { makeFolder, path } from "./places.ts";
import { run } from "./service.ts";

const requirements = join(import.meta.dirname, "keystone-requirements.txt");
const text = readFileSync(requirements, "utf8");
const environment = path("bin", `keystone-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`);
const complete = join(environment, ".complete");

/** The current release, behind the same web server as Debian's. Two versions of Keystone cannot share a cache. */
export const keystonePypi: Peer = {
  name: "keystone-pypi",
  needs: ["checkin", "mariadb"],
  packages: [...keystonePackages, "memcached", "python3-venv"],
  services: ["memcached-pypi", "keystone-pypi"],
  address: keystonePypiAt.authUrl,
  version: () => (existsSync(complete) ? /^keystone==(.*)$/m.exec(text)?.[1] : undefined),
  up: async () => {
    if (!existsSync(complete)) await install();
    await startMemcached("memcached-pypi", ports.memcachedPypi);
    await startKeystone({
      name: "keystone-pypi",
      database: "keystone_pypi",
      at: keystonePypiAt,
      port: ports.keystonePypi,
      cachePort: ports.memcachedPypi,
      pythonHome: environment,
      methods: ["ec2credential"], // without it, it checks no S3 signature: 503
      stores: [swiftPypiAt, swiftOutdatedAt].map(({ region, storageUrl }) => ({
        name: "swift",
        region,
        url: storageUrl("%(project_id)s"),
      })),
    });
  },
};

/** Half a minute, from wheels alone; kept, also by `down --purge`. mod_wsgi runs Debian's Python and no other. */
async function install(): Promise<void> {
  makeFolder(path("bin"), "root", 0o755);
  rmSync(environment, { recursive: true, force: true });
  await run("python3", ["-m", "venv", environment]);
  const options = ["--quiet", "--only-binary=:all:", "--requirement", requirements];
  // The caller's settings of pip say where packages are had from.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== "PATH")) as Record<
    string,
    string
  >;
  await run(join(environment, "bin/pip"), ["install", ...options], { env });
  writeFileSync(complete, "");
}
