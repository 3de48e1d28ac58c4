import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonClient } from "../clients/tools.ts";
import { startDask } from "../connected/dask-cluster.ts";
import { fedbucket } from "../harness/cloud.ts";
import { faultSwitch } from "../harness/faults.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { mustRun, run, type Ran } from "../harness/run.ts";
import { connectByDevice } from "../harness/sign-in.ts";

/** Hours of a real night are seconds here: a token lives 2 s, a membership 12 s, and is renewed after 1 s. */
const lives = { accessTokenSeconds: 2, authorizationTtlSeconds: 12 };
const renewAfter = "1s";
const expiries = 50;
const timeoutMs = 600_000;

const worker = join(import.meta.dirname, "worker.py");
const cluster = join(import.meta.dirname, "cluster.py");

test(
  `a night: ${expiries} expiries, one rotation, two restarts of Keystone, nothing lost and nobody asked`,
  async () => {
    const breaker = faultSwitch();
    await using person = await personAtSandbox({ ...lives, fault: breaker.fault });
    await connectByDevice(person, `--membership-renew-after ${renewAfter}`);
    const { env, stopFile } = machineOf(person);
    const python = [pythonClient("python"), "-W", "ignore", worker];
    await using dask = await startDask();
    await dask.addWorker();
    await mustRun([...fedbucket, "configure", "dask", "--profile", "sandbox"], { env, cwd: person.home });
    const profiled = run([...python, "by-profile", stopFile], { env: { ...env, AWS_PROFILE: "sandbox" }, timeoutMs });
    const lent = run([...fedbucket, "run", "--", ...python, "under-run", stopFile], { env, timeoutMs });
    const onWorkers = run(
      [pythonClient("python"), "-W", "ignore", cluster, dask.address, "on-workers", stopFile, worker],
      {
        env: { ...env, PYTHONPATH: person.home },
        timeoutMs,
      },
    );
    const jobs = { profiled, lent, onWorkers };

    await untilRefreshed(person, jobs, 12);
    await restartKeystone(breaker);
    await untilRefreshed(person, jobs, 22);
    const old = await keyInUse(env);
    await mustRun([...fedbucket, "keys", "rotate", "--profile", "sandbox"], { env });
    expect(await keyInUse(env)).not.toBe(old);
    await untilRefreshed(person, jobs, 32);
    await mustRun([...fedbucket, "keys", "delete", old, "--profile", "sandbox"], { env }); // nobody may be using it by now
    await restartKeystone(breaker);
    await untilRefreshed(person, jobs, expiries);

    await writeFile(stopFile, "");
    for (const ran of await Promise.all(Object.values(jobs))) {
      expect(ran).toMatchObject({ code: 0 });
      expect(Number(ran.stdout.trim())).toBeGreaterThan(20);
      expect(ran.stderr).not.toContain("Sign in at");
    }
    expect(person.opened).toHaveLength(1); // the sign-in before the night
  },
  timeoutMs,
);

function machineOf(person: PersonAtSandbox): { env: Record<string, string>; stopFile: string } {
  const env = {
    PATH: "/usr/bin:/bin",
    HOME: person.home,
    FEDBUCKET_HOME: join(person.home, "fedbucket"),
    FEDBUCKET_PROFILE: "sandbox",
    FEDBUCKET_LENT_SECONDS: "30",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return { env, stopFile: join(person.home, "stop") };
}

/** Waits for the access token's next expiries; a job that ends meanwhile ends the night. */
async function untilRefreshed(
  person: PersonAtSandbox,
  jobs: Readonly<Record<string, Promise<Ran>>>,
  times: number,
): Promise<void> {
  const early = Promise.race(
    Object.entries(jobs).map(async ([name, job]) => Promise.reject(new Error(`${name}: ${JSON.stringify(await job)}`))),
  );
  const refreshes = (): number => person.requests.filter((line) => /^POST .*\/token$/.test(line)).length;
  while (refreshes() < times) await Promise.race([pause(100), early]);
  early.catch(() => undefined);
}

/** Check-in and Keystone take nobody for a second and a half; the store goes on. */
async function restartKeystone(breaker: ReturnType<typeof faultSwitch>): Promise<void> {
  breaker.break("identity: down");
  await pause(1500);
  breaker.mend();
}

async function keyInUse(env: Record<string, string>): Promise<string> {
  const { stdout } = await mustRun([...fedbucket, "credentials", "--profile", "sandbox"], { env });
  return (JSON.parse(stdout) as { AccessKeyId: string }).AccessKeyId;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
