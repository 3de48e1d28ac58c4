import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fedbucket } from "../harness/cloud.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { mustRun, type Ran } from "../harness/run.ts";
import { connectByDevice } from "../harness/sign-in.ts";

/** By hand, more: `PROCESSES=1000 npx vitest run --project e2e many-processes`. */
const processes = Number(process.env["PROCESSES"] ?? 200);

/** The last of a thousand may have to wait for a processor longer than anything else in these tests. */
const patienceMs = 900_000;

const stateFile = "fedbucket/state/profiles/sandbox.json";

/** As if the person had been connected this long ago: the access token is over, the refresh token is not. */
async function connectedAgo(person: PersonAtSandbox, minutes: number): Promise<void> {
  await connectByDevice(person);
  const stored = JSON.parse((await person.read(stateFile)) ?? "") as {
    state: { federated: { loggedInAt: string }; login: { expiresAt: string } };
  };
  const before = new Date(Date.now() - minutes * 60_000).toISOString();
  stored.state.federated.loggedInAt = before;
  stored.state.login.expiresAt = before;
  await person.write(stateFile, JSON.stringify(stored));
  person.forgetRequests();
}

/** Starts all at once, each with its files; a shell does it, since whoever starts a thousand can serve nobody meanwhile. */
const startAll = `
  for n in $(seq "$COUNT"); do
    ("$@" > "$n.out" 2> "$n.err"; echo $? > "$n.code") &
  done
  wait`;

async function credentialsInAll(person: PersonAtSandbox): Promise<Pick<Ran, "code" | "stdout" | "stderr">[]> {
  const env = {
    PATH: "/usr/bin:/bin",
    HOME: person.home,
    FEDBUCKET_HOME: join(person.home, "fedbucket"),
    COUNT: String(processes),
  };
  const cwd = join(person.home, "ran");
  await mkdir(cwd);
  const command = [...fedbucket, "credentials", "--profile", "sandbox"];
  await mustRun(["sh", "-c", startAll, "sh", ...command], { env, cwd, timeoutMs: patienceMs });
  return Promise.all(
    Array.from({ length: processes }, async (_, at) => {
      const [code, stdout = "", stderr = ""] = await Promise.all(
        ["code", "out", "err"].map((kind) => readFile(join(cwd, `${at + 1}.${kind}`), "utf8")),
      );
      return { code: Number(code), stdout, stderr };
    }),
  );
}

test.each([
  ["while the keys must still work", 40],
  ["when the membership may be gone", 600],
])(
  "many processes at once, %s: one refresh, one login, and none fails",
  async (_, minutes) => {
    await using person = await personAtSandbox();
    await connectedAgo(person, minutes);
    const ran = await credentialsInAll(person);
    expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
    expect(new Set(ran.map(({ stdout }) => (JSON.parse(stdout) as { AccessKeyId: string }).AccessKeyId)).size).toBe(1);
    expect(person.requests.filter((line) => line.startsWith("POST") && line.endsWith("/token"))).toHaveLength(1);
    expect(person.requests.filter((line) => line.includes("OS-FEDERATION"))).toHaveLength(1);
  },
  patienceMs + 60_000,
);

test("a renewer that was killed: the next one takes its place", async () => {
  await using person = await personAtSandbox();
  await connectedAgo(person, 600);
  const gone = { pid: 2 ** 22 + 1, host: (await import("node:os")).hostname() };
  await person.write(`${stateFile}.renewing.lock`, JSON.stringify(gone));
  await person.write(`${stateFile}.lock`, JSON.stringify(gone));
  const { code, stdout } = await person.run("credentials --profile sandbox");
  expect(stdout).toContain("AccessKeyId");
  expect(code).toBe(0);
});
