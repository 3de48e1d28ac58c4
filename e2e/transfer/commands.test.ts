import { randomBytes } from "node:crypto";
import { appendFile, chmod, rm, symlink, utimes } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

let me: Traveller;
beforeEach(async () => void (me = await traveller()));
afterEach(async () => await me[Symbol.asyncDispose]());

const objects = (pattern: RegExp): string[] => me.requests.filter((request) => pattern.test(request));
const listings = /^GET \/moved$/;

test.each(["s3", "swift"])("up, down and to another prefix over %s: the same trees", async (via) => {
  const files = { ...smallFiles(30), a: "1", "a.b": "2", "b/c": "3", empty: "", "é/Hello, 世界 & +%20": "4" };
  await writeTree(me.at("data"), files);
  await me.go(`sync data s3://moved/data --via ${via}`);
  await me.go(`sync s3://moved/data s3://moved/copy --via ${via}`);
  await me.go(`cp --recursive s3://moved/copy back --via ${via}`);
  expect(await readTree(me.at("back"))).toEqual(await readTree(me.at("data")));
});

test("a run in which nothing changed costs the listings alone, in every direction", async () => {
  await writeTree(me.at("data"), smallFiles(50));
  await new Promise((done) => setTimeout(done, 100)); // more than a tick of the disk's clock
  await me.go("sync data s3://moved/data");
  await me.go("sync s3://moved/data back");
  await me.go("sync s3://moved/data s3://moved/copy");
  me.forgetRequests();
  for (const words of [
    "data s3://moved/data",
    "s3://moved/data back",
    "s3://moved/data s3://moved/copy",
    "back s3://moved/data",
  ])
    expect((await me.go(`sync ${words}`)).stderr).toContain("50 the same");
  expect(objects(/moved/)).toEqual(objects(listings));
  expect(objects(listings)).toHaveLength(5);
});

test("what changed is copied, and nothing else", async () => {
  await writeTree(me.at("data"), { same: "1", longer: "1", edited: "1", touched: "1", moved: "1" });
  await me.go("sync data s3://moved/data");
  await appendFile(me.at("data/longer"), "2");
  const future = new Date(Date.now() + 60_000);
  await writeTree(me.at("data"), { edited: "2" });
  await utimes(me.at("data/edited"), future, future);
  await chmod(me.at("data/touched"), 0o600);
  const { events } = await me.go("sync data s3://moved/data --json");
  const copied = events.filter(({ event }) => event === "copied").map(({ key }) => key);
  expect(copied.toSorted()).toEqual(["edited", "longer"]);
});

test("an older file of the same size in place of the uploaded one is noticed", async () => {
  await writeTree(me.at("data"), { a: "new" });
  await me.go("sync data s3://moved/data");
  await writeTree(me.at("data"), { a: "old" });
  await utimes(me.at("data/a"), 1000, 1000);
  expect((await me.go("sync data s3://moved/data")).stderr).toContain("Copied 1 object");
});

test("a download that was edited, keeping its size, is noticed", async () => {
  await writeTree(me.at("data"), { a: "new" });
  await me.go("sync data s3://moved/data");
  await me.go("sync s3://moved/data back");
  await writeTree(me.at("back"), { a: "bad" });
  expect((await me.go("sync s3://moved/data back")).stderr).toContain("Copied 1 object");
  expect(await readTree(me.at("back"))).toEqual(await readTree(me.at("data")));
});

test("--checksum: bytes decide, whatever the times say", async () => {
  await writeTree(me.at("data"), { same: "1", edited: "1" });
  await me.go("sync data s3://moved/data");
  await writeTree(me.at("data"), { same: "1", edited: "2" });
  await utimes(me.at("data/edited"), 1000, 1000);
  const { events } = await me.go("sync data s3://moved/data --checksum --json");
  expect(events.filter(({ event }) => event === "copied").map(({ key }) => key)).toEqual(["edited"]);
});

test("--dry-run says exactly what the run then does, and does nothing", async () => {
  await writeTree(me.at("data"), smallFiles(20));
  await me.go("sync data s3://moved/data");
  await writeTree(me.at("data"), { "d0/f0000": "changed", new: "1" });
  await rm(me.at("data/d1"), { recursive: true });
  const dry = await me.go("sync data s3://moved/data --delete --dry-run --json");
  expect(objects(/^(PUT|POST|DELETE) \/moved\/data/)).toHaveLength(20);
  const wet = await me.go("sync data s3://moved/data --delete --json");
  const said = dry.events.filter(({ event }) => event.startsWith("would-"));
  const foretold = said.map(
    ({ event, key }) => `${event.replace("would-copy", "copied").replace("would-remove", "removed")} ${key}`,
  );
  const done = wet.events.filter(({ event }) => event !== "summary").map(({ event, key }) => `${event} ${key}`);
  // Copies run side by side and end in any order; what is removed comes after all of them.
  expect(done.toSorted()).toEqual(foretold.toSorted());
  expect(done.slice(0, 2).toSorted()).toEqual(["copied d0/f0000", "copied new"]);
  expect(said).toHaveLength(5);
  await me.go("sync s3://moved/data back");
  expect(await readTree(me.at("back"))).toEqual(await readTree(me.at("data")));
});

test("--delete leaves what is left out by a pattern", async () => {
  await writeTree(me.at("data"), { "a.nc": "1" });
  await writeTree(me.at("other"), { "a.nc": "1", "b.nc": "2", "keep.txt": "3" });
  await me.go("sync other s3://moved/data");
  await me.go("sync data s3://moved/data --delete --exclude *.txt");
  expect((await me.go("ls -r s3://moved/data")).stdout).toBe("a.nc\nkeep.txt\n");
});

test("--include and --exclude take effect in the order they are typed", async () => {
  await writeTree(me.at("data"), { "a.nc": "1", "b.txt": "2", "sub/c.nc": "3", "sub/d.txt": "4" });
  await me.go("sync data s3://moved/data --include */ --include *.nc --exclude *");
  expect((await me.go("ls --recursive s3://moved/data")).stdout).toBe("a.nc\nsub/c.nc\n");
});

test("a file that cannot be read: the others are copied, nothing is deleted, the failure is listed and tried again", async () => {
  await writeTree(me.at("other"), { surplus: "1" });
  await me.go("sync other s3://moved/data");
  await writeTree(me.at("data"), { a: "1", c: "3" });
  await symlink("nowhere", me.at("data/b"));
  const { stderr } = await me.go("sync data s3://moved/data --delete", 23);
  expect(stderr).toContain("failed: b: it is a link that leads nowhere");
  expect(stderr).toContain("Nothing was removed at the destination");
  expect((await me.go("ls -r s3://moved/data")).stdout).toBe("a\nc\nsurplus\n");
  const list = /--from-file (\S+)/.exec(stderr)?.[1] ?? "";
  await rm(me.at("data/b"));
  await writeTree(me.at("data"), { b: "2" });
  expect((await me.go(`sync data s3://moved/data --from-file ${list}`)).stderr).toContain("Copied 1 object");
  expect((await me.go("verify data s3://moved/data", 1)).stdout).toBe("only at the destination: surplus\n");
});

test("--from-file: names one a line; one that is not there is a failure", async () => {
  await writeTree(me.at("data"), { a: "1", "b c": "2", d: "3" });
  await writeTree(me.home, { names: "a\nb c\nmissing\n" });
  const { stderr } = await me.go("cp data s3://moved/data --from-file names", 23);
  expect(stderr).toContain("failed: missing");
  expect((await me.go("ls -r s3://moved/data")).stdout).toBe("a\nb c\n");
});

test("mv --recursive: what is safe is removed at the source", async () => {
  await writeTree(me.at("data"), smallFiles(10));
  const before = await readTree(me.at("data"));
  const dry = await me.go("mv --recursive data s3://moved/there --dry-run");
  expect(dry.stdout.split("\n").filter(Boolean).toSorted()).toEqual(
    Object.keys(before).map((key) => `would move ${key}`),
  );
  expect(dry.stderr).toContain("Would move 10 objects");
  expect((await me.go("mv --recursive data s3://moved/there")).stderr).toContain("Moved 10 objects");
  expect(await readTree(me.at("data"))).toEqual({});
  await me.go("mv --recursive s3://moved/there s3://moved/elsewhere");
  expect((await me.go("ls -r s3://moved")).stdout.split("\n")[0]).toContain("elsewhere/");
  await me.go("mv -r s3://moved/elsewhere back");
  expect(await readTree(me.at("back"))).toEqual(before);
  expect((await me.go("ls -r s3://moved")).stdout).toBe("");
});

test("mv of one: under another name", async () => {
  await writeTree(me.home, { "a.nc": "1" });
  expect((await me.go("mv a.nc s3://moved/b.nc")).stderr).toBe("Moved a.nc to s3://moved/b.nc (1 byte)\n");
  await me.go("mv s3://moved/b.nc s3://moved/c.nc");
  await me.go("mv s3://moved/c.nc d.nc");
  expect(await me.read("d.nc")).toBe("1");
  expect(await me.read("a.nc")).toBeUndefined();
  expect((await me.go("ls s3://moved")).stdout).toBe("");
});

test.each(["cp", "mv"])("%s --dry-run of one says what it would do, and does nothing", async (command) => {
  await writeTree(me.home, { "a.nc": "1" });
  await me.go("cp a.nc s3://moved/a.nc");
  const verb = command === "cp" ? "copy" : "move";
  for (const [from, to] of [
    ["a.nc", "s3://moved/b.nc"],
    ["s3://moved/a.nc", "s3://moved/b.nc"],
    ["s3://moved/a.nc", me.at("b.nc")],
  ]) {
    const { stdout, stderr } = await me.go(`${command} ${from} ${to} -n`);
    expect(stdout).toBe(`would ${verb} ${from} to ${to} (1 byte)\n`);
    expect(stderr).toBe("");
    expect((await me.go(`${command} ${from} ${to} -n --json`)).events).toMatchObject([{ bytes: 1, dryRun: true }]);
  }
  expect((await me.go("ls s3://moved")).stdout).toContain("a.nc");
  expect((await me.go("ls -r s3://moved")).stdout).toBe("a.nc\n");
  expect(await me.read("a.nc")).toBe("1");
  expect(await me.read("b.nc")).toBeUndefined();
});

test("rm --recursive, by prefix and by pattern; a star that is a part of a name is one", async () => {
  await writeTree(me.at("data"), { "a/1": "", "a/2": "", "b/1": "", "b/2": "", "c*": "", cd: "" });
  await me.go("sync data s3://moved");
  expect((await me.go("rm -r s3://moved/a --dry-run")).stdout).toBe(
    "would remove s3://moved/a/1\nwould remove s3://moved/a/2\n",
  );
  await me.go("rm -r s3://moved/a");
  await me.go("rm s3://moved/b/[2-9]");
  await me.go("rm s3://moved/c*");
  expect((await me.go("ls -r s3://moved")).stdout).toBe("b/1\ncd\n");
});

test("rm of thousands takes few requests", async () => {
  await writeTree(me.at("data"), Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [`f${n}`, ""])));
  await me.go("sync data s3://moved/many");
  me.forgetRequests();
  await me.go("rm -r s3://moved/many");
  expect(objects(/^(POST|DELETE)/)).toEqual(["POST /moved", "POST /moved"]);
  expect((await me.go("ls -r s3://moved")).stdout).toBe("");
});

test("du, find and ls", async () => {
  await writeTree(me.at("data"), { "a/1.nc": "12345", "a/b/2.nc": "12", "c.txt": "1" });
  await me.go("sync data s3://moved");
  expect((await me.go("du -b -d 1 s3://moved")).stdout.replaceAll(/ +/g, " ")).toBe(
    " 7 2 s3://moved/a/\n 8 3 s3://moved\n",
  );
  expect((await me.go("find s3://moved --name *.nc --larger 2")).stdout).toBe("s3://moved/a/1.nc\n");
  expect((await me.go("find data --newer-than 1h --smaller 2")).stdout).toBe("data/c.txt\n");
  expect((await me.go("find s3://moved --older-than 1h")).stdout).toBe("");
  expect((await me.go("stat s3://moved/a/1.nc --json")).events[0]).toMatchObject({
    bytes: 5,
    contentType: "application/x-netcdf",
  });
});

test("stat of a pattern: each object it fits, and none is said to be none", async () => {
  await writeTree(me.at("data"), { "a.nc": "1", "b.nc": "22", "c.txt": "3" });
  await me.go("sync data s3://moved/data");
  const { events } = await me.go("stat s3://moved/data/*.nc --json");
  expect(events).toMatchObject([
    { key: "s3://moved/data/a.nc", bytes: 1, contentType: "application/x-netcdf" },
    { key: "s3://moved/data/b.nc", bytes: 2 },
  ]);
  expect((await me.go("stat s3://moved/data/*.zip", 5)).stderr).toContain("nothing fits the pattern");
});

test("small objects cost one request each, in both directions", async () => {
  await writeTree(me.at("data"), smallFiles(20));
  me.forgetRequests();
  await me.go("sync data s3://moved/data");
  expect(objects(/moved/).filter((request) => !listings.test(request))).toHaveLength(20);
  me.forgetRequests();
  await me.go("sync s3://moved/data back");
  expect(objects(/moved/).filter((request) => !listings.test(request))).toHaveLength(20);
});

test("keys that no disk can hold come back as they were", async () => {
  const keys = ["a", "a/b", "//x", "../up", "./here", `long/${"n".repeat(300)}`];
  for (const key of keys) await me.run(["cp", "-", `s3://moved/nasty/${key}`], { stdin: `[${key}]` });
  await me.go("sync s3://moved/nasty back");
  await me.go("sync back s3://moved/again");
  expect((await me.go("ls -r s3://moved/again")).stdout).toBe((await me.go("ls -r s3://moved/nasty")).stdout);
  expect((await me.go("verify s3://moved/nasty s3://moved/again")).stderr).toContain("6 the same");
  expect((await me.go("sync s3://moved/nasty back")).stderr).toContain("6 the same");
});

test("three shards make the whole, each object once", async () => {
  await writeTree(me.at("data"), smallFiles(60));
  me.forgetRequests();
  for (const shard of ["1/3", "2/3", "3/3", "2/3"]) await me.go(`sync data s3://moved/data --shard ${shard}`);
  expect(objects(/^PUT/)).toHaveLength(60);
  await me.go("verify data s3://moved/data");
});

test("of names in a file each shard takes its own", async () => {
  const files = smallFiles(20);
  await writeTree(me.at("data"), files);
  await me.write("names", Object.keys(files).join("\n"));
  me.forgetRequests();
  let copied = 0;
  for (const shard of ["1/3", "2/3", "3/3"]) {
    const { events } = await me.go(`cp data s3://moved/data --from-file names --json --shard ${shard}`);
    copied += Number(events.at(-1)?.["copied"]);
    expect(events.at(-1)).toMatchObject({ same: 0, failed: 0 });
  }
  expect(copied).toBe(20);
  await me.go("verify data s3://moved/data");
});

test("more shards than objects, with --delete: together they leave what the source has, and nothing else", async () => {
  await writeTree(me.at("before"), smallFiles(40));
  await me.go("sync before s3://moved/data");
  await writeTree(me.at("data"), { a: "1", b: "2" });
  for (let n = 1; n <= 7; n++) await me.go(`sync data s3://moved/data --delete --shard ${n}/7`);
  expect((await me.go("ls -r s3://moved/data")).stdout.split("\n").filter(Boolean)).toEqual(["a", "b"]);
  for (let n = 1; n <= 3; n++) await me.run(`sync s3://moved/mistyped data --delete --shard ${n}/3`);
  expect(Object.keys(await readTree(me.at("data")))).toEqual(["a", "b"]);
});

test.each([
  ["sync data other", "neither data nor other is in a store"],
  ["sync s3://moved/a s3://moved/a/b", "overlap"],
  ["sync data s3://moved/x --shard 4/3", "does not say which"],
  ["sync data s3://moved/x --shard auto", "nothing says which shard this is"],
  ["sync data s3://moved/x --bwlimit fast", "is not a number of bytes"],
  ["rm -r data", "only objects are removed"],
])("%s is refused", async (words, why) => {
  expect((await me.go(words, 2)).stderr).toContain(why);
});

test.each([
  ["sync data s3://nosuch/x", "there is no bucket nosuch"],
  ["sync s3://nosuch/x back", "there is no bucket nosuch"],
  ["sync nosuch s3://moved/x --delete", "there is no folder nosuch"],
])("%s: what is not there", async (words, why) => {
  await writeTree(me.at("data"), { a: "1" });
  expect((await me.go(words, 5)).stderr).toContain(why);
});

test("a folder that cannot be entered is not said to be missing", async () => {
  await writeTree(me.at("data"), { a: "1" });
  await symlink("loop", me.at("loop"));
  for (const [folder, why] of [
    ["data/a/b", "a part of the path is a file"],
    ["loop", "its links lead in a circle"],
  ])
    expect((await me.go(`sync ${folder} s3://moved/x`, 1)).stderr).toContain(`${folder} cannot be read: ${why}`);
  expect((await me.go("cp data s3://moved/x --from-file loop", 1)).stderr).toContain("its links lead in a circle");
});

test("an empty source is no reason to delete everything", async () => {
  await writeTree(me.at("data"), { a: "1" });
  const { stderr } = await me.go("sync s3://moved/mistyped data --delete", 23);
  expect(stderr).toContain("failed: the source has nothing, so --delete would remove everything");
  expect(stderr).not.toContain("--from-file");
  expect(await me.read("data/a")).toBe("1");
});

test("zarr check: a store whose job was killed", async () => {
  const metadata = JSON.stringify({ zarr_format: 2, shape: [4], chunks: [1] });
  await writeTree(me.at("t.zarr"), {
    ".zarray": metadata,
    "0": randomBytes(9),
    "1": "",
    "3": randomBytes(9),
    "3.partial": "x",
  });
  await me.go("sync t.zarr s3://moved/t.zarr");
  const { stdout, stderr } = await me.go("zarr check s3://moved/t.zarr", 1);
  expect(stdout.split("\n").sort().filter(Boolean)).toEqual([
    "empty: s3://moved/t.zarr/1",
    "missing: s3://moved/t.zarr/2",
    "surplus: s3://moved/t.zarr/3.partial",
  ]);
  expect(stderr).toContain("3 of 4 chunks");
});

test.each(["--include *.nc", "--exclude *.nc", "--checksum", "--size-only", "--newer", "--shard 1/2"])(
  "a copy of one that would not heed %s is refused",
  async (option) => {
    await writeTree(me.at("data"), { "a.nc": "1" });
    for (const command of ["cp", "mv"]) {
      const { stderr } = await me.go(`${command} data/a.nc s3://moved/a.nc ${option}`, 2);
      expect(stderr).toContain(`${option.split(" ", 1)[0]} chooses among many`);
    }
    expect(objects(/^PUT \/moved/)).toEqual([]);
    expect(await readTree(me.at("data"))).toHaveProperty(["a.nc"]);
  },
);
