/** Between two sites, each with an account of its own; and between two profiles that are one account. */
import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { type Sandbox, startSandbox } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

const MiB = 1024 ** 2;

let me: Traveller;
let far: Sandbox;
let atFar: string[] = [];
beforeEach(async () => {
  me = await traveller();
  atFar = [];
  far = await startSandbox({
    secretCacheSeconds: 0,
    fault: ({ listener, moment, request }) => {
      if (listener === "objects" && moment === "request") atFar.push(`${request.method} ${request.path}`);
      return undefined;
    },
  });
  await connect("far", far);
  await me.go("mb far:there");
  await me.go("connect sandbox"); // what s3:// means
  me.forgetRequests();
});
afterEach(async () => {
  await far.close();
  await me[Symbol.asyncDispose]();
});

async function connect(name: string, sandbox: Sandbox): Promise<void> {
  const { authUrl, issuer } = sandbox;
  const hosts = [authUrl, issuer].map((url) => `--trust-host ${new URL(url).host}`).join(" ");
  const words = `connect ${name} --site ${authUrl} --issuer ${issuer} ${hosts} --token-file -`;
  const { code, stderr } = await me.run(words, { stdin: await sandbox.token() });
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

test("cp, sync, verify and mv of many, there and back: the same trees, and only what changed is sent", async () => {
  await writeTree(me.at("data"), { ...smallFiles(40), "a + é/ü": "odd", empty: "" });
  const source = await readTree(me.at("data"));
  await me.go("sync data s3://moved/data");
  await me.go("cp --recursive s3://moved/data far:there/data");
  await me.go("verify s3://moved/data far:there/data");
  expect((await me.go("sync s3://moved/data far:there/data")).stderr).toContain("42 the same");
  await writeTree(me.at("data"), { "d0/f0000": "changed" });
  await me.go("sync data s3://moved/data");
  await me.go("rm s3://moved/data/empty");
  const { events } = await me.go("sync s3://moved/data far:there/data --delete --json");
  expect(events.map(({ event, key }) => `${event} ${key ?? ""}`)).toEqual([
    "copied d0/f0000",
    "removed empty",
    "summary ",
  ]);
  await me.go("mv -r far:there/data s3://moved/back");
  expect((await me.go("ls -r far:there")).stdout).toBe("");
  await me.go("sync s3://moved/back back");
  expect(await readTree(me.at("back"))).toEqual(
    Object.fromEntries(Object.entries(await readTree(me.at("data"))).filter(([path]) => path !== "empty")),
  );
  expect(Object.keys(source)).toHaveLength(42);
});

test("one object with its type and metadata, by mv; the bytes of a large one go in parts and over no disk", async () => {
  const content = randomBytes(40 * MiB);
  await writeFile(me.at("big.nc"), content);
  await me.go("cp big.nc s3://moved/big.nc");
  const before = (await stat(me.home)).mtimeMs;
  await me.go("cp s3://moved/big.nc far:there/");
  expect((await stat(me.home)).mtimeMs).toBe(before);
  expect(atFar.filter((request) => request === "PUT /there/big.nc").length).toBeGreaterThan(1);
  expect((await me.go("stat far:there/big.nc --json")).events).toMatchObject([
    { bytes: content.byteLength, contentType: "application/x-netcdf" },
  ]);
  await me.go("verify s3://moved far:there");
  await me.go("mv far:there/big.nc s3://moved/again.nc");
  expect((await me.go("ls -r far:there")).stdout).toBe("");
  await me.go("cp s3://moved/again.nc again.nc");
  expect(Buffer.compare(await readFile(me.at("again.nc")), content)).toBe(0);
});

test("a verify that finds a difference names it", async () => {
  await writeTree(me.at("data"), { same: "1", other: "1", missing: "1" });
  await me.go("sync data s3://moved/data");
  await writeTree(me.at("data"), { other: "2" });
  await me.go("sync data far:there/data --exclude missing");
  const { stdout } = await me.go("verify s3://moved/data far:there/data", 1);
  expect(stdout.split("\n").filter(Boolean).toSorted()).toEqual([
    "missing at the destination: missing",
    "of other bytes: other",
  ]);
});

test("two profiles that are one account: the server copies, and nothing is copied or moved onto itself", async () => {
  await connect("twin", me.sandbox);
  await me.go("connect sandbox");
  await writeTree(me.at("data"), smallFiles(20));
  await me.go("sync data s3://moved/data");
  me.forgetRequests();
  await me.go("sync s3://moved/data twin:moved/copy");
  expect(me.requests.filter((request) => request.startsWith("GET /moved/"))).toEqual([]);
  await me.go("verify data s3://moved/copy");
  for (const words of ["mv -r s3://moved/data twin:moved/data", "sync twin:moved/data s3://moved/data/below --delete"])
    expect((await me.go(words, 2)).stderr).toContain("overlap");
  for (const command of ["mv", "cp"])
    expect((await me.go(`${command} s3://moved/data/d0/f0000 twin:moved/data/d0/f0000`, 2)).stderr).toContain(
      "cannot be copied onto itself",
    );
  await me.go("verify data s3://moved/data");
});
