import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Cloud, fedbucket, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { mustRun, run, type Ran } from "../harness/run.ts";

/** A person who is connected to a sandbox, at a machine of their own. */
export interface Stage extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly home: Home;
  /** Runs `fedbucket` with these words to its end, whatever that is. */
  fedbucket(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Runs a program in the person's home, which must succeed, and returns what it printed. */
  program(command: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** A file of the home; undefined when it is not there. */
  read(path: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<string>;
}

export async function openStage(): Promise<Stage> {
  const home = await makeHome();
  const cloud = await startCloud({ env: home.env, args: ["--memory", "--secret-cache-seconds", "0"] });
  const cwd = home.folder;
  const token = { OIDC_ACCESS_TOKEN: await cloud.token() };
  await mustRun([...fedbucket, "connect", "sandbox"], { env: { ...home.env, ...token }, cwd });
  return {
    cloud,
    home,
    fedbucket: (words, env) => run([...fedbucket, ...words], { env: { ...home.env, ...env }, cwd }),
    program: async (command, env) => (await mustRun(command, { env: { ...home.env, ...env }, cwd })).stdout,
    read: (path) => readFile(join(home.folder, path), "utf8").catch(() => undefined),
    async write(path, text) {
      const file = join(home.folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    async [Symbol.asyncDispose]() {
      await cloud[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}
