import { existsSync } from "node:fs";
import { ports } from "./addresses.ts";
import { packageVersion } from "./packages.ts";
import type { Peer } from "./peer.ts";
import { makeFolder, password, path } from "./places.ts";
import { run, startService, waitForService } from "./service.ts";

const data = path("mariadb");
const socket = path("mariadb", "mysql.sock");

export const mariadb: Peer = {
  name: "mariadb",
  needs: [],
  packages: ["mariadb-server"],
  services: ["mariadb"],
  address: `127.0.0.1:${ports.mariadb}`,
  version: () => packageVersion("mariadb-server"),
  up: async () => {
    makeFolder(data, "mysql");
    if (!existsSync(path("mariadb", "mysql"))) await createFiles();
    await startService("mariadb", server());
    await waitForService("mariadb", ping);
  },
};

/** Creates a database and its owner, whose password is kept under the same name. Safe to repeat. */
export async function createDatabase(name: string): Promise<void> {
  const user = `'${name}'@'127.0.0.1'`;
  const sql = `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8;
    CREATE USER IF NOT EXISTS ${user};
    ALTER USER ${user} IDENTIFIED BY '${password(`mariadb-${name}`)}';
    GRANT ALL ON ${name}.* TO ${user};`;
  await run("mariadb", ["--no-defaults", `--socket=${socket}`], { input: sql });
}

/** As SQLAlchemy writes it. */
export const databaseUrl = (name: string): string =>
  `mysql+pymysql://${name}:${password(`mariadb-${name}`)}@127.0.0.1:${ports.mariadb}/${name}?charset=utf8`;

const createFiles = (): Promise<string> =>
  run("mariadb-install-db", [
    "--no-defaults",
    "--user=mysql",
    `--datadir=${data}`,
    "--auth-root-authentication-method=socket",
    "--skip-test-db",
  ]);

const server = (): string[] => [
  "mariadbd",
  "--no-defaults",
  "--user=mysql",
  `--datadir=${data}`,
  "--bind-address=127.0.0.1",
  `--port=${ports.mariadb}`,
  `--socket=${socket}`,
  `--pid-file=${path("mariadb", "mysql.pid")}`,
  "--innodb-buffer-pool-size=64M",
  "--innodb-flush-log-at-trx-commit=2", // a power cut may cost the last second of a test cloud
  "--skip-name-resolve",
  "--performance-schema=off",
];

const ping = (): Promise<boolean> =>
  run("mariadb-admin", ["--no-defaults", `--socket=${socket}`, "ping"]).then(
    () => true,
    () => false,
  );
