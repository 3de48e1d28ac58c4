import { existsSync, writeFileSync } from "node:fs";
import { issuer, type KeystoneAt, url } from "./addresses.ts";
import { apacheConfig, type RelyingParty } from "./apache.ts";
import { checkinDetails } from "./checkin.ts";
import { registerCloud, type StoreInCatalog } from "./cloud.ts";
import { createDatabase, databaseUrl } from "./mariadb.ts";
import { makeFolder, password, path, writeConfig } from "./places.ts";
import { answers, run, startService, waitForService } from "./service.ts";

/** A Keystone with a database, keys and a port of its own. */
export interface KeystoneServer {
  /** Of its service and its folder. */
  readonly name: string;
  /** Keystone does not quote it. */
  readonly database: string;
  readonly at: KeystoneAt;
  readonly port: number;
  readonly cachePort: number;
  /** A virtual environment. Default: Debian's packages. */
  readonly pythonHome?: string;
  /** Of `[auth] methods`, beside those that every release has. */
  readonly methods?: readonly string[];
  readonly stores: readonly StoreInCatalog[];
}

/** What Debian has of it, whatever Keystone runs there: the web server, and a user of Keystone's name. */
export const keystonePackages: readonly string[] = [
  "keystone",
  "apache2",
  "libapache2-mod-wsgi-py3",
  "libapache2-mod-auth-openidc",
  "python3-pymysql",
  "python3-pymemcache",
];

export async function startKeystone(server: KeystoneServer): Promise<void> {
  const { name, database, at, stores } = server;
  await createDatabase(database);
  for (const keys of ["fernet", "credential"]) makeFolder(path(name, keys), "keystone");
  makeFolder(path(name), "keystone", 0o755);
  makeFolder(path(name, "run"), "root", 0o755);
  const config = writeConfig(path(name, "keystone.conf"), keystoneConfig(server), "keystone");
  await createIdentity(server, config);
  await startApache(server, config);
  await registerCloud(at, stores);
}

async function startApache(server: KeystoneServer, config: string): Promise<void> {
  const { name, at } = server;
  const script = writeConfig(path(name, "keystone.wsgi"), wsgiScript(config), "keystone");
  const loginPath = `/v3/OS-FEDERATION/identity_providers/${at.identityProvider}/protocols/${at.protocol}/auth`;
  const party: RelyingParty = { issuer, ...checkinDetails().relyingParty, loginPath };
  const text = apacheConfig({ ...server, script }, party, password("apache-cache"));
  const apache = writeConfig(path(name, "apache2.conf"), text);
  await startService(name, ["apache2", "-f", apache, "-DFOREGROUND"], { configs: [apache, config, script] });
  await waitForService(name, () => answers(at.authUrl));
}

/** The tables, the keys that tokens and secrets are encrypted with, and the first administrator. */
async function createIdentity({ name, at, pythonHome }: KeystoneServer, config: string): Promise<void> {
  const done = path(name, "bootstrapped");
  if (existsSync(done)) return;
  const program = pythonHome === undefined ? "keystone-manage" : `${pythonHome}/bin/keystone-manage`;
  const manage = (...args: string[]): Promise<string> =>
    run("runuser", ["-u", "keystone", "--", program, "--config-file", config, ...args], {
      env: { OS_BOOTSTRAP_PASSWORD: password("keystone-admin") },
    });
  await manage("db_sync");
  await manage("fernet_setup");
  await manage("credential_setup");
  await manage(
    "bootstrap",
    "--bootstrap-region-id=RegionOne",
    ...["public", "internal", "admin"].map((kind) => `--bootstrap-${kind}-url=${at.authUrl}`),
  );
  writeFileSync(done, "");
}

const wsgiScript = (config: string): string => `import os
os.environ["OS_KEYSTONE_CONFIG_FILES"] = "${config}"
from keystone.server.wsgi import initialize_public_application
application = initialize_public_application()
`;

const keystoneConfig = ({ name, database, at, port, cachePort, methods = [] }: KeystoneServer): string => `[DEFAULT]
use_stderr = true
public_endpoint = ${url(port)}/
[auth]
methods = ${["password,token,application_credential,mapped", at.protocol, ...methods].join(",")}
[cache]
enabled = true
backend = oslo_cache.memcache_pool
memcache_servers = 127.0.0.1:${cachePort}
[database]
connection = ${databaseUrl(database)}
[${at.protocol}]
remote_id_attribute = HTTP_OIDC_ISS
[fernet_tokens]
key_repository = ${path(name, "fernet")}
[credential]
key_repository = ${path(name, "credential")}
[token]
provider = fernet
expiration = 3600
`;
