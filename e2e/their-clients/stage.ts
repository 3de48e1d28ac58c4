import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pythonClient } from "../clients/tools.ts";
import { type Cloud, startCloud } from "../harness/cloud.ts";
import { makeHome } from "../harness/home.ts";
import { signInAtKeystone } from "../harness/keystone.ts";
import { run as runToItsEnd } from "../harness/run.ts";

type Variables = Readonly<Record<string, string>>;

/** A sandbox, and a person's machine with keys for it in the variables that tools of S3 read. */
export interface Stage extends AsyncDisposable {
  readonly cloud: Cloud;
  /** The person's home, where programs run. */
  readonly folder: string;
  readonly keys: { readonly access: string; readonly secret: string };
  /** A Keystone token for the cloud's project. */
  readonly keystoneToken: string;
  /** The keys, a region and `ENDPOINT`. */
  readonly env: Variables;
  /** Without the keys: for a client that gets them in another way. */
  readonly plainEnv: Variables;
  /** Runs a program that must succeed, and returns what it printed. @throws Error its first line is the program's last word */
  readonly run: (command: readonly string[], env?: Variables) => Promise<string>;
  /** Runs Python, which asserts for itself; what libraries warn of is left out. */
  readonly python: (code: string, env?: Variables) => Promise<string>;
  /** Runs a program that must fail, and returns what it said. */
  readonly refused: (command: readonly string[], env?: Variables) => Promise<string>;
  /** A file of the home; undefined when it is not there. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** @returns Where it is. */
  readonly write: (path: string, content: string) => Promise<string>;
}

export async function openStage(): Promise<Stage> {
  const home = await makeHome();
  const cloud = await startCloud({ env: home.env, args: ["--memory", "--secret-cache-seconds", "0"] });
  const { token, createKey } = await signInAtKeystone(cloud);
  const keys = await createKey();
  const plainEnv = { ...home.env, AWS_DEFAULT_REGION: "us-east-1", ENDPOINT: cloud.s3Endpoint };
  const env = { ...plainEnv, AWS_ACCESS_KEY_ID: keys.access, AWS_SECRET_ACCESS_KEY: keys.secret };
  const cwd = home.folder;
  const at = (path: string): string => join(cwd, path);
  const run = async (command: readonly string[], variables: Variables = env): Promise<string> => {
    const { code, stdout, stderr } = await runToItsEnd(command, { env: variables, cwd });
    if (code === 0) return stdout;
    throw new Error(`${lastLine(stderr || stdout) ?? `ended with ${code}`}\n${command.join(" ")}\n${stdout}${stderr}`);
  };
  return {
    cloud,
    folder: cwd,
    keys,
    keystoneToken: token,
    env,
    plainEnv,
    run,
    python: (code, variables) => run([pythonClient("python"), "-W", "ignore", "-c", code], variables),
    async refused(command, variables = env) {
      const { code, stdout, stderr } = await runToItsEnd(command, { env: variables, cwd });
      if (code === 0) throw new Error(`it succeeded: ${command.join(" ")}\n${stdout}${stderr}`);
      return stdout + stderr;
    },
    read: (path) => readFile(at(path), "utf8").catch(() => undefined),
    async write(path, content) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
      return at(path);
    },
    async [Symbol.asyncDispose]() {
      await cloud[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

const lastLine = (text: string): string | undefined => text.trim().split("\n").at(-1);
