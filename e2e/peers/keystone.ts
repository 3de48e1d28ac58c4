import { existsSync, writeFileSync } from "node:fs";
import { issuer, keystoneAt, ports, url } from "./addresses.ts";
import { apacheConfig, type RelyingParty } from "./apache.ts";
import { checkinDetails } from "./checkin.ts";
import { registerCloud } from "./cloud.ts";
import { createDatabase, databaseUrl } from "./mariadb.ts";
import { packageVersion } from "./packages.ts";
import type { Peer } from "./peer.ts";
import { makeFolder, password, path, writeConfig } from "./places.ts";
import { answers, run, startService, waitForService } from "./service.ts";

const { authUrl, identityProvider, protocol } = keystoneAt;

const config = path("keystone", "keystone.conf");
const script = path("keystone", "keystone.wsgi");

export const keystone: Peer = {
  name: "keystone",
  needs: ["checkin", "mariadb", "memcached"],
  packages: [
    "keystone",
    "apache2",
    "libapache2-mod-wsgi-py3",
    "libapache2-mod-auth-openidc",
    "python3-pymysql",
    "python3-pymemcache",
  ],
  services: ["keystone"],
  address: authUrl,
  version: () => packageVersion("keystone"),
  up: async () => {
    await createDatabase("keystone");
    for (const keys of ["fernet", "credential"]) makeFolder(path("keystone", keys), "keystone");
    makeFolder(path("keystone"), "keystone", 0o755);
    writeConfig(config, keystoneConfig(), "keystone");
    await createIdentity();
    await startApache();
    await registerCloud();
  },
};

async function startApache(): Promise<void> {
  writeConfig(script, wsgiScript, "keystone");
  const loginPath = `/v3/OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth`;
  const party: RelyingParty = { issuer, ...checkinDetails().relyingParty, loginPath };
  const apache = writeConfig(path("keystone", "apache2.conf"), apacheConfig(script, party, password("apache-cache")));
  const configs = [apache, config, script];
  await startService("keystone", ["apache2", "-f", apache, "-DFOREGROUND"], { configs });
  await waitForService("keystone", () => answers(authUrl));
}

/** The tables, the keys that tokens and secrets are encrypted with, and the first administrator. */
async function createIdentity(): Promise<void> {
  const done = path("keystone", "bootstrapped");
  if (existsSync(done)) return;
  await manage("db_sync");
  await manage("fernet_setup");
  await manage("credential_setup");
  await manage(
    "bootstrap",
    "--bootstrap-region-id=RegionOne",
    ...["public", "internal", "admin"].map((kind) => `--bootstrap-${kind}-url=${authUrl}`),
  );
  writeFileSync(done, "");
}

const manage = (...args: string[]): Promise<string> =>
  run("runuser", ["-u", "keystone", "--", "keystone-manage", "--config-file", config, ...args], {
    env: { OS_BOOTSTRAP_PASSWORD: password("keystone-admin") },
  });

const wsgiScript = `import os
os.environ["OS_KEYSTONE_CONFIG_FILES"] = "${config}"
from keystone.server.wsgi import initialize_public_application
application = initialize_public_application()
`;

const keystoneConfig = (): string => `[DEFAULT]
use_stderr = true
public_endpoint = ${url(ports.keystone)}/
[auth]
methods = password,token,application_credential,mapped,${protocol}
[cache]
enabled = true
backend = oslo_cache.memcache_pool
memcache_servers = 127.0.0.1:${ports.memcached}
[database]
connection = ${databaseUrl("keystone")}
[${protocol}]
remote_id_attribute = HTTP_OIDC_ISS
[fernet_tokens]
key_repository = ${path("keystone", "fernet")}
[credential]
key_repository = ${path("keystone", "credential")}
[token]
provider = fernet
expiration = 3600
`;
