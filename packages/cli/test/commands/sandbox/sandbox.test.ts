import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort, Stage } from "./stage.ts";

const published = (stage: Stage): string => join(stage.home, "state", "sandbox.json");

/** In the foreground of this process. */
async function up(stage: Stage, ...args: string[]) {
  const port = await freePort();
  const running = stage.start(["sandbox", "up", "--json", "--memory", "--port", String(port), ...args]);
  return { ...running, port, report: JSON.parse(await running.firstOutput) as Record<string, unknown> };
}

test("up --json prints one object with everything a client needs, and Ctrl-C ends it cleanly", async () => {
  await using stage = await Stage.set();
  const { report, port, interrupt, ended } = await up(stage);
  expect(report).toMatchObject({
    issuer: `http://127.0.0.1:${port}/auth/realms/egi`,
    authUrl: `http://127.0.0.1:${port}/v3`,
    identityProvider: "egi.eu",
    protocol: "openid",
    projectId: "57102d3e06b7476088fe4924370ae170",
    storageUrl: `http://127.0.0.1:${port + 1}/swift/v1`,
    s3Endpoint: `http://127.0.0.1:${port + 1}`,
    region: "RegionOne",
    vo: "vo.pangeo.eu",
    clientId: "fedbucket",
    passphrase: expect.stringMatching(/^[a-z]{4}(-[a-z]{4}){3}$/),
    pid: process.pid,
    folder: null,
  });
  expect(report["people"]).toMatchObject([{ name: "alice", description: "member of vo.pangeo.eu" }, {}, {}, {}, {}]);
  interrupt();
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(existsSync(published(stage))).toBe(false);
});

test("while it runs it is published for its owner alone, and shows no control secret", async () => {
  await using stage = await Stage.set();
  const { report, interrupt, ended } = await up(stage);
  expect((await stat(published(stage))).mode & 0o777).toBe(0o600);
  expect((await stat(join(stage.home, "state"))).mode & 0o777).toBe(0o700);
  const { controlSecret } = JSON.parse(await readFile(published(stage), "utf8")) as { controlSecret: string };
  expect(JSON.stringify(report)).not.toContain(controlSecret);
  interrupt();
  await ended;
});

test("status shows it, token prints a JWT, a second up says so, down ends it", async () => {
  await using stage = await Stage.set();
  const { report, ended } = await up(stage);
  expect(JSON.parse((await stage.run(["sandbox", "status", "--json"])).stdout)).toEqual(report);
  expect((await stage.run(["sandbox", "status"])).stdout).toContain(String(report["passphrase"]));
  const token = await stage.run(["sandbox", "token", "carla"]);
  expect(token.stdout.trim().split(".")).toHaveLength(3);
  expect(await stage.run(["sandbox", "token", "zoe"])).toMatchObject({ code: 5, stdout: "" });
  const second = await stage.run(["sandbox", "up"]);
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toContain("a sandbox is running already");
  const again = await stage.run(["sandbox", "up", "--detach", "--json"]);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toEqual(report);
  // It is this very process that runs it, so `down` cannot see it go: ask as `down` does, then wait here.
  const { controlSecret, authUrl } = JSON.parse(await readFile(published(stage), "utf8")) as Record<string, string>;
  const headers = { Authorization: `Bearer ${controlSecret}` };
  await fetch(new URL("/sandbox/control/stop", authUrl), { method: "POST", headers });
  expect((await ended).code).toBe(0);
});

test("nothing running: status 5, token 5, down 0", async () => {
  await using stage = await Stage.set();
  const status = await stage.run(["sandbox", "status"]);
  expect(status).toMatchObject({ code: 5, stdout: "" });
  expect(status.stderr).toContain("fedbucket sandbox up");
  expect((await stage.run(["sandbox", "token", "alice"])).code).toBe(5);
  expect((await stage.run(["sandbox", "down"])).code).toBe(0);
});

test.each([
  ["a process that is gone", 2 ** 22 + 1],
  ["another program's process", process.pid],
])("what a killed sandbox left, naming %s, is recognised and taken away", async (_name, pid) => {
  await using stage = await Stage.set();
  const { report, interrupt, ended } = await up(stage);
  interrupt();
  await ended;
  const left = { ...report, format: 1, controlSecret: "x", pid };
  await writeFile(published(stage), JSON.stringify(left));
  expect((await stage.run(["sandbox", "status"])).code).toBe(5);
  expect(existsSync(published(stage))).toBe(false);
});

test("a port in use: an error that names it, and the cure", async () => {
  await using stage = await Stage.set();
  const port = await freePort();
  const other = createServer().listen(port + 1, "127.0.0.1");
  const { code, stderr } = await stage.run(["sandbox", "up", "--memory", "--port", String(port)]);
  expect(code).toBe(1);
  expect(stderr).toContain(`port ${port + 1} is in use`);
  expect(stderr).toContain("fedbucket sandbox up --port");
  other.close();
});

test.each([
  ["--port", "0"],
  ["--port", "65536"],
  ["--port", "x"],
  ["--access-token-seconds", "-1"],
])("%s %s is wrong usage", async (flag, value) => {
  await using stage = await Stage.set();
  expect((await stage.run(["sandbox", "up", `${flag}=${value}`])).code).toBe(2);
});

test("reset asks at a terminal, and elsewhere wants --yes", async () => {
  await using stage = await Stage.set();
  expect(await stage.run(["sandbox", "reset"])).toMatchObject({ code: 2 });
  expect((await stage.run(["sandbox", "reset"], { confirm: false })).stderr).toContain("Nothing was deleted.");
  expect((await stage.run(["sandbox", "reset"], { confirm: true })).stderr).toContain("Deleted");
});
