import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { mustRun } from "./run.ts";

export const checkout: string = resolve(import.meta.dirname, "../..");

/** The built command under the Node that runs this file: as a user starts it, without npx. */
export const fedbucket: readonly [string, string] = [
  process.execPath,
  resolve(checkout, "packages/cli/bin/fedbucket.cjs"),
];

/** What `fedbucket sandbox up --json` prints, as far as it is promised. */
export interface CloudAddresses {
  readonly issuer: string;
  readonly authUrl: string;
  readonly identityProvider: string;
  readonly protocol: string;
  readonly projectId: string;
  readonly storageUrl: string;
  readonly s3Endpoint: string;
  /** The second store, which lends keys itself. */
  readonly minio: { readonly url: string; readonly roleArn: string };
  readonly clientId: string;
  readonly passphrase: string;
  /** The first one is a member of the VO. */
  readonly people: readonly { readonly name: string }[];
}

/** A sandbox in a process of its own, kept in the foreground. */
export interface Cloud extends CloudAddresses, AsyncDisposable {
  readonly pid: number;
  /** An access token of this person, fresh from the portal. Default: the first, who is a member of the VO. */
  token(person?: string): Promise<string>;
  /** As a power cut takes it: no handler runs. Resolves when it is gone. */
  kill(): Promise<void>;
}

export interface CloudOptions {
  readonly env: Readonly<Record<string, string>>;
  /** More of the command line, for example `--memory`. */
  readonly args?: readonly string[];
  /** In front of the command, for example `strace` and its options. */
  readonly under?: readonly string[];
  /** The first of three. Default: some free ones. */
  readonly port?: number;
}

/** Starts `fedbucket sandbox up --json` and waits until it says that it is ready. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { env, args = [], under = [] } = options;
  const port = options.port ?? (await freePorts());
  const command = [...under, ...fedbucket, "sandbox", "up", "--json", "--port", String(port), ...args];
  const child = spawn(command[0] ?? "", command.slice(1), { env, stdio: ["ignore", "pipe", "pipe"] });
  const gone = once(child, "exit");
  const addresses = await readAddresses(child);
  const pid = under.length === 0 ? Number(child.pid) : await childOf(Number(child.pid));
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal);
    await gone;
  };
  return {
    ...addresses,
    pid,
    token: async (person = addresses.people[0]?.name ?? "") =>
      (await mustRun([...fedbucket, "sandbox", "token", person], { env })).stdout.trim(),
    kill: () => end("SIGKILL"),
    [Symbol.asyncDispose]: () => end("SIGTERM"),
  };
}

/** The first object on stdout; what the sandbox said on stderr when it ends without one, or hangs for a minute. */
function readAddresses(child: ChildProcess): Promise<CloudAddresses> {
  return new Promise((resolve, reject) => {
    let out = "";
    let err = "";
    const limit = setTimeout(() => child.kill("SIGKILL"), 60_000).unref();
    child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      try {
        resolve(JSON.parse(out) as CloudAddresses);
        clearTimeout(limit);
      } catch {
        // not all of it has come yet
      }
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`sandbox up ended with ${code}\n${out}${err}`)));
  });
}

/** The only child of a tracer. */
async function childOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return Number(children.trim().split(" ")[0]);
}

/** The first of three free ports in a row, below the range the system hands out by itself. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 4000) * 3;
    const free = await Promise.all([0, 1, 2].map((at) => isFree(first + at)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
