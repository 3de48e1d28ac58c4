/** What a laptop's sleep, and the end of a hub's container, leave behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { fedbucket } from "../harness/cloud.ts";
import { makeHome } from "../harness/home.ts";
import { personAtSandbox } from "../harness/person.ts";
import { presign } from "../harness/presign.ts";
import { mustRun } from "../harness/run.ts";
import { connectByDevice } from "../harness/sign-in.ts";

/** Prints the keys that it is lent, each time a line comes. */
const borrower = `
  require("node:readline").createInterface({ input: process.stdin }).on("line", async () => {
    const authorization = process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
    const answer = await fetch(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, { headers: { authorization } });
    console.log(JSON.stringify(await answer.json()));
  });`;

test("run, on a laptop that sleeps for longer than the membership and the token last: wakes, and lends keys that work", async () => {
  await using person = await personAtSandbox({ accessTokenSeconds: 2, authorizationTtlSeconds: 3 });
  await connectByDevice(person, "--membership-renew-after 2s");
  const env = { PATH: "/usr/bin:/bin", HOME: person.home, FEDBUCKET_HOME: join(person.home, "fedbucket") };
  const [node, ...command] = fedbucket;
  const child = spawn(node, [...command, "run", "--", node, "-e", borrower], { env, stdio: "pipe" });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const works = async (): Promise<boolean> => {
    child.stdin.write("ask\n");
    const { value } = (await lines.next()) as { value: string };
    const { AccessKeyId, SecretAccessKey } = JSON.parse(value) as Record<string, string>;
    const url = `${person.sandbox.s3Endpoint}/WG1`;
    const keys = { accessKeyId: AccessKeyId ?? "", secretAccessKey: SecretAccessKey ?? "" };
    return (await fetch(presign({ method: "GET", url, ...keys }))).ok;
  };
  expect(await works()).toBe(true);
  child.kill("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 5_000)); // what is asleep, time goes on for
  child.kill("SIGCONT");
  expect(await works()).toBe(true);
  child.stdin.end();
  await once(child, "exit");
});

test("a process that fell asleep while it renewed: another takes its turn, and both have keys that work", async () => {
  const arrived = Promise.withResolvers<void>();
  let holding = false;
  await using person = await personAtSandbox({
    fault({ request, moment }) {
      if (!holding || moment !== "request" || !request.path.includes("OS-FEDERATION")) return undefined;
      holding = false;
      arrived.resolve();
      return { delayMs: 1000 };
    },
  });
  await connectByDevice(person, "--membership-renew-after 1s");
  const state = "fedbucket/state/profiles/sandbox.json";
  const long = new Date(Date.now() - 600 * 60_000).toISOString();
  const lapsed = ((await person.read(state)) ?? "").replace(/("loggedInAt": ")[^"]+/, `$1${long}`);
  await person.write(state, lapsed);

  const env = { PATH: "/usr/bin:/bin", HOME: person.home, FEDBUCKET_HOME: join(person.home, "fedbucket") };
  const [node, ...command] = fedbucket;
  const lend = ["credentials", "--profile", "sandbox"];
  holding = true;
  const sleeper = spawn(node, [...command, ...lend], { env, stdio: ["ignore", "pipe", "inherit"] });
  const said: Buffer[] = [];
  sleeper.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  const gone = once(sleeper, "close");
  await arrived.promise;
  sleeper.kill("SIGSTOP");
  const other = await mustRun([node, ...command, ...lend], { env });
  sleeper.kill("SIGCONT");
  const [code] = (await gone) as [number];
  expect(code).toBe(0);
  const idOf = (text: string): unknown => (JSON.parse(text) as { AccessKeyId: string }).AccessKeyId;
  expect(idOf(Buffer.concat(said).toString())).toBe(idOf(other.stdout));
  expect((await readdir(join(person.home, "fedbucket/state/profiles"))).sort()).toEqual(["sandbox.json"]);
  expect((await person.run("ls")).code).toBe(0);
});

test("a hub of which only $HOME survives: everything lies there, and works in the next container", async () => {
  await using person = await personAtSandbox();
  await using before = await makeHome();
  await using next = await makeHome();
  const homeOnly = (home: string): Record<string, string> => ({
    PATH: "/usr/bin:/bin",
    HOME: home,
    TMPDIR: join(before.folder, "tmp"),
    OIDC_ACCESS_TOKEN: "",
  });
  const states = (home: string): string => join(home, ".local/state/fedbucket");
  await mkdir(states(before.folder), { recursive: true, mode: 0o700 });
  await cp(join(person.home, "fedbucket/state/sandbox.json"), join(states(before.folder), "sandbox.json"));
  const token = await person.sandbox.token();
  await mustRun([...fedbucket, "connect", "sandbox", "--token-file", "-"], {
    env: homeOnly(before.folder),
    input: token,
  });

  // The same files at the same path, on a host of another name, with a lock that nobody will take away.
  await rm(next.folder, { recursive: true });
  await cp(before.folder, next.folder, { recursive: true });
  const lock = join(states(next.folder), "profiles/sandbox.json.lock");
  await mustRun(["sh", "-c", 'echo "{\\"pid\\":1,\\"host\\":\\"container-of-before\\"}" > "$1"', "sh", lock], {
    env: {},
  });
  const lent = await mustRun([...fedbucket, "credentials", "--profile", "sandbox"], { env: homeOnly(next.folder) });
  expect(lent.stdout).toContain("AccessKeyId");
  const listed = await mustRun([...fedbucket, "ls"], { env: homeOnly(next.folder) });
  expect(listed.stdout).toContain("WG1");
});
