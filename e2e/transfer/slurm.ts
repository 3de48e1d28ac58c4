import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "../harness/cloud.ts";
import { run } from "../harness/run.ts";
import { installPackages } from "../peers/packages.ts";

/** A cluster of one node, from Debian's packages: munged, slurmctld and slurmd, all as this user and on loopback. */
export interface Slurm extends AsyncDisposable {
  /** For sbatch, squeue and their kin. */
  readonly env: Readonly<Record<string, string>>;
}

/** Jobs that run at once: more than the machine has processors, since they mostly wait. */
const slots = 4;

export async function startSlurm(): Promise<Slurm> {
  await installPackages(["munge", "slurmctld", "slurmd", "slurm-client"]);
  const folder = await mkdtemp(join(tmpdir(), "fedbucket-slurm-"));
  const at = (name: string): string => join(folder, name);
  const started: ChildProcess[] = [];
  const dispose = async (): Promise<void> => {
    for (const child of started.toReversed()) await end(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const start = (program: string, ...args: string[]): void => {
    started.push(
      spawn(program, args, {
        stdio: "ignore",
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", SLURM_CONF: at("slurm.conf") },
      }),
    );
  };
  try {
    await mkdir(at("state"));
    await mkdir(at("spool"));
    await writeFile(at("munge.key"), randomBytes(128), { mode: 0o400 });
    await writeFile(at("slurm.conf"), configuration(folder, await freePorts()));
    const munge = ["--foreground", `--key-file=${at("munge.key")}`, `--socket=${at("munge.socket")}`, "--force"];
    start(
      "/usr/sbin/munged",
      ...munge,
      `--pid-file=${at("munge.pid")}`,
      `--seed-file=${at("seed")}`,
      "--num-threads=1",
    );
    start("/usr/sbin/slurmctld", "-D", "-f", at("slurm.conf"));
    start("/usr/sbin/slurmd", "-D", "-f", at("slurm.conf"), "-N", "one");
    const env = { PATH: "/usr/bin:/bin", SLURM_CONF: at("slurm.conf") };
    await untilIdle(env, at("ctld.log"));
    return { env, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function configuration(folder: string, port: number): string {
  return `
ClusterName=test
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=${port}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/ctld.pid
SlurmdPidFile=${folder}/d.pid
SlurmctldLogFile=${folder}/ctld.log
SlurmdLogFile=${folder}/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
NodeName=one NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${port + 1} CPUs=${slots} State=UNKNOWN
PartitionName=all Nodes=one Default=YES State=UP
`;
}

async function untilIdle(env: Slurm["env"], log: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const { stdout } = await run(["sinfo", "--noheader", "--format=%T"], { env });
    if (stdout.trim() === "idle") return;
    await pause(250);
  }
  throw new Error(`Slurm did not come up:\n${await readFile(log, "utf8").catch(() => "")}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(timer);
}
