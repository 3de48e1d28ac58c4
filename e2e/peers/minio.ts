import { existsSync } from "node:fs";
import { join } from "node:path";
import { issuer, minioAt, ports } from "./addresses.ts";
import { addPolicy } from "./minio-admin.ts";
import { policies, rolePolicy } from "./minio-policies.ts";
import type { Peer } from "./peer.ts";
import { makeFolder, password, path } from "./places.ts";
import { answers, run, startService, waitForService } from "./service.ts";

/** The newest that the Go module proxy has; the project is no longer released. */
const version = "v0.0.0-20260212201848-7aac2a2c5b7c";
const folder = path("bin", `minio-${version}`);
const program = join(folder, "minio");

/**
 * MinIO as the Pangeo hub runs it: policies are named like entitlements, which it asks Check-in's userinfo for. That
 * provider takes only tokens issued to the client "minio"; a second one takes our own client's, with a role policy.
 */
export const minio: Peer = {
  name: "minio",
  needs: ["checkin"],
  packages: [],
  services: ["minio"],
  address: minioAt.endpoint,
  version: () => (existsSync(program) ? version : undefined),
  up: async () => {
    if (!existsSync(program)) await build();
    const data = makeFolder(path("minio"));
    const command = [program, "server", "--quiet", "--address", `127.0.0.1:${ports.minio}`, data];
    await startService("minio", command, { env: environment() });
    await waitForService("minio", () => answers(`${minioAt.endpoint}/minio/health/live`));
    for (const [name, policy] of Object.entries(policies)) await waitForService("minio", () => addPolicy(name, policy));
  },
};

/** Nobody is disturbed: one compiler at a time, save in CI. Up to 9 minutes; the result is kept, also by `down --purge`. */
async function build(): Promise<void> {
  const go = ["/usr/local/go/bin", process.env["PATH"] ?? ""].join(":");
  const home = process.env["HOME"] ?? folder;
  const env = { PATH: go, HOME: home, GOBIN: folder, GOFLAGS: process.env["CI"] ? "" : "-p=1", CGO_ENABLED: "0" };
  try {
    await run("go", ["version"], { env });
  } catch (error) {
    throw new Error("needs Go 1.24 or newer to build MinIO: https://go.dev/dl/", { cause: error });
  }
  await run("nice", ["-n", "19", "go", "install", "-trimpath", `github.com/minio/minio@${version}`], { env });
}

/**
 * The hub's life of a week is that of its console's sessions, and of keys asked for with `DurationSeconds`. Ours are not: they
 * end with the ID token, here after an hour.
 *
 * @see minio/internal/config/identity/openid/jwt.go, `updateClaimsExpiry`
 */
const environment = (): Record<string, string> => ({
  MINIO_ROOT_USER: "admin",
  MINIO_ROOT_PASSWORD: password("minio-admin"),
  MINIO_BROWSER: "off",
  MINIO_UPDATE: "off",
  MINIO_STS_DURATION: "168h",
  ...openId("", { CLIENT_ID: "minio", CLAIM_NAME: "eduperson_entitlement" }),
  ...openId("_FEDBUCKET", { CLIENT_ID: "fedbucket", ROLE_POLICY: rolePolicy }),
});

const openId = (suffix: string, settings: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      CONFIG_URL: `${issuer}/.well-known/openid-configuration`,
      CLAIM_USERINFO: "on",
      ...settings,
    }).map(([name, value]) => [`MINIO_IDENTITY_OPENID_${name}${suffix}`, value]),
  );
