import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { mustRun } from "../harness/run.ts";
import { installPackages } from "../peers/packages.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { type Files, readTree, writeTree } from "./trees.ts";

const MiB = 1024 ** 2;
const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

let me: Traveller;
let disk: AsyncDisposable;
beforeAll(async () => await installPackages(["exfat-fuse", "exfatprogs", "util-linux", "mount"]), 300_000);
beforeEach(async () => {
  me = await traveller();
  disk = await exfat(me.at("stick"), me.at("stick.img"));
});
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]();
  await me[Symbol.asyncDispose]();
});

/** A disk that takes `A` and `a` for one name, as a USB stick does. Needs root. */
async function exfat(path: string, image: string): Promise<AsyncDisposable> {
  await mkdir(path);
  await writeFile(image, "");
  await truncate(image, 256 * MiB);
  await mustRun(["mkfs.exfat", image], { env });
  const loop = (await mustRun(["losetup", "--find", "--show", image], { env })).stdout.trim();
  await mustRun(["mount.exfat-fuse", loop, path], { env });
  return {
    async [Symbol.asyncDispose]() {
      await mustRun(["umount", path], { env });
      await mustRun(["losetup", "--detach", loop], { env });
    },
  };
}

const files: Files = {
  "Data/Readme": "one",
  "data/readme": "two",
  "data/README": "three",
  "DATA/x/y": "four",
  "Data/X": "five",
  "0/0": "six",
  "\u00e9t\u00e9": "seven",
  "\u00c9t\u00e9": "eight",
  Large: randomBytes(40 * MiB),
  large: randomBytes(40 * MiB),
};

test("objects whose names are one name there all come, are found again, and go back as they were", async () => {
  await writeTree(me.at("data"), files);
  const source = await readTree(me.at("data"));
  await me.go("sync data s3://moved/data");

  const { events } = await me.go("sync s3://moved/data stick --json");
  expect(events.at(-1)).toMatchObject({ event: "summary", copied: Object.keys(files).length, failed: 0 });
  expect((await readdir(me.at("stick"))).filter((name) => name.startsWith(".fedbucket-"))).toEqual([]);
  await me.go("verify s3://moved/data stick");
  const again = await me.go("sync s3://moved/data stick --json");
  expect(again.events.at(-1)).toMatchObject({ copied: 0, same: Object.keys(files).length });

  await me.go("sync stick s3://moved/back");
  await me.go("sync s3://moved/back back");
  expect(await readTree(me.at("back"))).toEqual(source);

  await me.go("rm s3://moved/data/data/readme");
  await me.go("sync s3://moved/data stick --delete");
  await me.go("verify s3://moved/data stick");
});

test("a changed object takes the place of its own file, whichever name it has", async () => {
  await writeTree(me.at("data"), { "a/Name": "one", "a/name": "two" });
  await me.go("sync data s3://moved/data");
  await me.go("sync s3://moved/data stick");
  await writeTree(me.at("data"), { "a/Name": "one changed", "a/name": "two changed" });
  await me.go("sync data s3://moved/data");
  await me.go("sync s3://moved/data stick");
  await me.go("verify s3://moved/data stick");
  expect(await readdir(me.at("stick/a"))).toHaveLength(2);
});

test("a single download does not write over a file of another name", async () => {
  await writeTree(me.at("stick"), { "README.md": "mine" });
  await writeTree(me.at("data"), { "readme.md": "theirs" });
  await me.go("cp data/readme.md s3://moved/readme.md");
  for (const target of ["stick", "stick/readme.md"]) {
    const { stderr } = await me.go(`cp s3://moved/readme.md ${target}`, 2);
    expect(stderr).toContain("README.md is there, and this disk takes readme.md for the same name");
  }
  expect(await readFile(me.at("stick/README.md"), "utf8")).toBe("mine");
});
