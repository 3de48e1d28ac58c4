import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pythonClient } from "../clients/tools.ts";
import { freePorts } from "../harness/cloud.ts";
import { makeHome } from "../harness/home.ts";
import { recipeFor } from "../harness/recipe.ts";
import { packages } from "./packages.ts";

/** A Dask Gateway that starts schedulers and workers as processes, which have nothing of the person's. */
export interface DaskGateway extends AsyncDisposable {
  /** Python that makes `gateway` of it, for a person who is called alice. */
  readonly client: string;
  /** What schedulers and workers wrote. */
  logs(): Promise<string>;
}

const password = "for-everybody";

/** Starts one from the recipe in docs/operators.md, with what a machine of its own needs besides. */
export async function startGateway(): Promise<DaskGateway> {
  const home = await makeHome();
  const port = await freePorts();
  const clusters = join(home.folder, "clusters");
  const config = join(home.folder, "dask_gateway_config.py");
  await writeFile(config, `${await recipeFor("dask_gateway_config.py")}\n${machine(port, clusters)}`);
  const child = spawn(pythonClient("python"), ["-m", "dask_gateway_server", "--config", config], {
    cwd: home.folder,
    env: { ...home.env, PYTHONPATH: packages },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const exited = once(child, "exit");
  const origin = `http://127.0.0.1:${port + 1}`;
  while (
    !(await fetch(`${origin}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}\n${said}`);
    await pause(200);
  }
  return {
    client: `
from dask_gateway import BasicAuth, Gateway
gateway = Gateway("${origin}", proxy_address="gateway://127.0.0.1:${port + 2}", auth=BasicAuth("alice", "${password}"))`,
    async logs() {
      const entries = await readdir(clusters, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
      await home[Symbol.asyncDispose]();
    },
  };
}

/** Everybody the same system user, and addresses of loopback. */
const machine = (port: number, clusters: string): string => `
c.DaskGateway.backend_class = "dask_gateway_server.backends.local.UnsafeLocalBackend"
c.DaskGateway.authenticator_class = "dask_gateway_server.auth.SimpleAuthenticator"
c.SimpleAuthenticator.password = "${password}"
c.DaskGateway.address = "127.0.0.1:${port}"
c.Proxy.address = "127.0.0.1:${port + 1}"
c.Proxy.tcp_address = "127.0.0.1:${port + 2}"
c.UnsafeLocalBackend.clusters_directory = "${clusters}"
c.UnsafeLocalBackend.inherited_environment = ["PYTHONPATH"]
c.ClusterConfig.scheduler_cmd = ["${pythonClient("python")}", "-W", "ignore", "-m", "distributed.cli.dask_scheduler"]
c.ClusterConfig.worker_cmd = ["${pythonClient("python")}", "-W", "ignore", "-m", "distributed.cli.dask_worker"]
`;
