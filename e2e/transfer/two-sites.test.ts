/** Between two sites, each with an account of its own; and between two profiles that are one account. */
import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { type Fault, type FaultEvent, type Sandbox, startSandbox } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scopedToken } from "../test/stores.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

const MiB = 1024 ** 2;

let me: Traveller;
let far: Sandbox;
let atFar: string[] = [];
let fault: (event: FaultEvent) => Fault | undefined = () => undefined;
beforeEach(async () => {
  fault = () => undefined;
  me = await traveller({ fault: (event) => (event.listener === "objects" ? fault(event) : undefined) });
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

const isRange = ({ moment, request }: FaultEvent): boolean =>
  moment === "response" && request.headers["range"] !== undefined;
const parts = (): number => atFar.filter((request) => request === "PUT /there/big").length;

test("a large one that was interrupted goes on with the parts that are missing, unless the source is another by now", async () => {
  const [first, second] = [randomBytes(40 * MiB), randomBytes(40 * MiB)];
  await writeFile(me.at("big"), first);
  await me.go("cp big s3://moved/big");
  const interrupted = async (): Promise<void> => {
    const stop = new AbortController();
    let ranges = 0;
    fault = (event) => {
      if (isRange(event) && ++ranges === 5) stop.abort(new Error("stopped"));
      return undefined;
    };
    expect((await me.run("cp s3://moved/big far:there/big -j 1", { signal: stop.signal })).code).toBe(130);
    fault = () => undefined;
    expect(parts()).toBeGreaterThan(0);
    atFar = [];
  };
  await interrupted();
  expect((await me.go("ls -r far:there")).stdout).toBe("");
  await me.go("cp s3://moved/big far:there/big");
  const sentAfter = parts();
  await me.go("rm far:there/big");
  atFar = [];
  await interrupted();
  await writeFile(me.at("big"), second);
  await me.go("cp big s3://moved/big");
  await me.go("cp s3://moved/big far:there/big");
  expect(sentAfter).toBeLessThan(parts());
  await me.go("cp far:there/big back");
  expect(Buffer.compare(await readFile(me.at("back")), second)).toBe(0);
  expect((await me.go("uploads list far:there")).stdout).toBe("");
});

test.each(["in parts", "in one piece"])(
  "bytes of a large one, stored %s, that change on the way: no object",
  async (how) => {
    const content = randomBytes(40 * MiB);
    if (how === "in parts") {
      await writeFile(me.at("big"), content);
      await me.go("cp big s3://moved/big");
    } else {
      const link = (await me.go("presign s3://moved/big --method PUT")).stdout.trim();
      const { ok } = await fetch(link, { method: "PUT", body: content });
      if (!ok) throw new Error("the link takes no file");
    }
    fault = (event) => {
      const [, start = 0, end = 0] =
        /^bytes=(\d+)-(\d+)$/.exec(event.request.headers["range"] ?? "")?.map(Number) ?? [];
      if (event.moment !== "response" || start === 0) return undefined;
      return { answer: { ...event.response, body: Buffer.alloc(end - start + 1) } };
    };
    expect((await me.go("cp s3://moved/big far:there/big", 1)).stderr).toContain("damaged");
    fault = () => undefined;
    expect((await me.go("ls -r far:there")).stdout).toBe("");
    expect((await me.go("sync s3://moved far:there")).stderr).not.toContain("no checksum");
    await me.go("cp far:there/big back");
    expect(Buffer.compare(await readFile(me.at("back")), content)).toBe(0);
  },
);

/** A HEAD's answer with other headers. */
function telling(headers: Record<string, string>): (event: FaultEvent) => Fault | undefined {
  return (event) => {
    if (event.moment !== "response" || event.request.method !== "HEAD") return undefined;
    return { answer: { ...event.response, headers: { ...event.response.headers, ...headers } } };
  };
}

test("one that others put together over Swift: its ETag is no MD5 of its bytes, and it is not taken for damaged", async () => {
  const content = randomBytes(40 * MiB);
  for (const [name, part] of Object.entries({ one: content.subarray(0, 20 * MiB), two: content.subarray(20 * MiB) })) {
    await writeFile(me.at(name), part);
    await me.go(`cp ${name} s3://moved/segments/${name} --via swift`);
  }
  const made = await fetch(`${me.sandbox.storageUrl}/moved/joined?multipart-manifest=put`, {
    method: "PUT",
    headers: { "x-auth-token": await scopedToken(me.sandbox) },
    body: JSON.stringify(["one", "two"].map((name) => ({ path: `/moved/segments/${name}` }))),
  });
  expect(made.status).toBe(201);
  await me.go("cp s3://moved/joined far:there/");
  await me.go("cp far:there/joined back");
  expect(Buffer.compare(await readFile(me.at("back")), content)).toBe(0);
});

test("one in one piece, by the CRC32 of the whole; under a key service's keys by nothing, and that is told", async () => {
  const content = randomBytes(40 * MiB);
  const link = (await me.go("presign s3://moved/big --method PUT")).stdout.trim();
  expect((await fetch(link, { method: "PUT", body: content })).status).toBe(200);
  fault = telling({ "x-amz-checksum-crc32": crcOf("of others") });
  expect((await me.go("sync s3://moved far:there", 23)).stderr).toContain("damaged");
  fault = telling({ "x-amz-checksum-crc32": crcOf(content), "x-amz-server-side-encryption": "aws:kms" });
  expect((await me.go("sync s3://moved far:there --json")).events.at(-1)).toMatchObject({ copied: 1, unverified: 0 });
  await me.go("rm far:there/big");
  fault = telling({ "x-amz-server-side-encryption": "aws:kms" });
  expect((await me.go("sync s3://moved far:there --json")).events.at(-1)).toMatchObject({ copied: 1, unverified: 1 });
});

test("one in parts, by the CRC32s of these where the store keeps them", async () => {
  await writeFile(me.at("big"), randomBytes(40 * MiB));
  await me.go("cp big s3://moved/big");
  fault = telling({ "x-amz-checksum-crc32": `${crcOf("of others")}-8` });
  expect((await me.go("sync s3://moved far:there", 23)).stderr).toContain("damaged");
  expect((await me.go("ls -r far:there")).stdout).toBe("");
  fault = () => undefined;
  expect((await me.go("sync s3://moved far:there --json")).events.at(-1)).toMatchObject({ copied: 1, unverified: 0 });
});

function crcOf(bytes: Uint8Array | string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString("base64");
}

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
