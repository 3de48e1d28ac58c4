import { issuer, minioAt, ports } from "./addresses.ts";
import { goProgram } from "./go-program.ts";
import { addPolicy } from "./minio-admin.ts";
import { policies, rolePolicy } from "./minio-policies.ts";
import type { Peer } from "./peer.ts";
import { makeFolder, password, path } from "./places.ts";
import { answers, startService, waitForService } from "./service.ts";

/** The newest that the Go module proxy has; the project is no longer released. Building it takes up to 9 minutes. */
export const program = goProgram("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c");

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
  version: () => (program.isBuilt() ? program.version : undefined),
  up: async () => {
    await program.build();
    const data = makeFolder(path("minio"));
    const command = [program.file, "server", "--quiet", "--address", `127.0.0.1:${ports.minio}`, data];
    await startService("minio", command, { env: environment() });
    await waitForService("minio", () => answers(`${minioAt.endpoint}/minio/health/live`));
    for (const [name, policy] of Object.entries(policies)) await waitForService("minio", () => addPolicy(name, policy));
  },
};

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
