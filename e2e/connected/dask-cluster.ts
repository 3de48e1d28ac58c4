import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { pythonClient } from "../clients/tools.ts";
import { makeHome } from "../harness/home.ts";

/** A scheduler and workers as on somebody else's machines: nothing in common with the person's but the network. */
export interface DaskCluster extends AsyncDisposable {
  readonly address: string;
  /** Starts one more worker, with a home of its own, an environment without anything else, and a nanny to restart it. */
  addWorker(): Promise<void>;
  /** What all of them have printed. */
  readonly said: () => string;
}

export async function startDask(): Promise<DaskCluster> {
  const home = await makeHome();
  const running: ChildProcess[] = [];
  let said = "";
  const start = async (module: string, args: readonly string[], ready: RegExp): Promise<string> => {
    const command = ["-W", "ignore", "-m", `distributed.cli.${module}`, "--no-dashboard", ...args];
    const child = spawn(pythonClient("python"), command, { env: { HOME: home.folder }, cwd: home.folder });
    running.push(child);
    return new Promise((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        said += chunk.toString();
        const found = ready.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.on("exit", (code) => reject(new Error(`${module} ended with ${code}\n${said}`)));
    });
  };
  const address = await start("dask_scheduler", ["--host", "127.0.0.1", "--port", "0"], /Scheduler at:\s+(tcp:\S+)/);
  return {
    address,
    said: () => said,
    async addWorker() {
      said += "\n";
      const name = `worker-${running.length}`;
      const args = [address, "--name", name, "--nthreads", "1", "--host", "127.0.0.1"];
      await start("dask_worker", args, new RegExp(`Start Nanny at:\\s+'(tcp:[^']+)'[\\s\\S]*${name}`));
    },
    async [Symbol.asyncDispose]() {
      for (const child of running.reverse()) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill();
          await once(child, "exit");
        }
      }
      await home[Symbol.asyncDispose]();
    },
  };
}
