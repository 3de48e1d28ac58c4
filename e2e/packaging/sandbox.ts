import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustRun } from "../harness/run.ts";

/** A person with a home folder and a running sandbox, and a fedbucket at one place. */
export interface Person extends AsyncDisposable {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly passphrase: string;
  /** With a token in hand: no browser. */
  connect(): Promise<void>;
}

/** @param program The fedbucket that starts the sandbox and signs in. */
export async function personWith(program: string, prepare?: (home: string) => Promise<void>): Promise<Person> {
  const home = await realpath(await mkdtemp(join(tmpdir(), "fedbucket-person-")));
  const env = { HOME: home, PATH: "/usr/bin:/bin", LANG: "C.UTF-8", AWS_EC2_METADATA_DISABLED: "true" };
  await prepare?.(home);
  const must = async (...args: string[]): Promise<string> => (await mustRun([program, ...args], { env })).stdout;
  const up = await must("sandbox", "up", "--detach", "--memory", "--json");
  const { passphrase } = JSON.parse(up) as { passphrase: string };
  return {
    home,
    env,
    passphrase,
    async connect() {
      const token = (await must("sandbox", "token", "alice")).trim();
      await mustRun([program, "connect", "sandbox"], { env: { ...env, OIDC_ACCESS_TOKEN: token } });
    },
    async [Symbol.asyncDispose]() {
      await must("sandbox", "down");
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
