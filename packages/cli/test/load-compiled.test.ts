import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const loader = join(import.meta.dirname, "../bin/load-compiled.cjs");
let dist: string;

beforeEach(async () => {
  dist = await mkdtemp(join(tmpdir(), "fedbucket-dist-"));
  await bundle({ first: 'require("./said-D1gest.cjs").say()', said: "old" });
});

afterEach(() => rm(dist, { recursive: true }));

/** A bundle of two files; the second is named as if its contents could not change. */
async function bundle({ first, said }: { first: string; said: string }): Promise<void> {
  await writeFile(join(dist, "fedbucket.cjs"), first);
  await writeFile(join(dist, "said-D1gest.cjs"), `exports.say = () => console.log("${said}");`);
}

const start = (): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, ["-e", `require(${JSON.stringify(loader)})(process.argv[1], "it")`, dist]);

const folder = (): string => join(dist, "compiled", `${process.version}-${process.arch}`, "it");

test("what was compiled is kept, and runs the next time", async () => {
  expect(await start()).toEqual({ stdout: "old\n", stderr: "" });
  expect(await readdir(folder())).toEqual(["said-D1gest.cjs"]);
  // Of the same length, which is all that V8 looks at: only compiled code still says the old.
  await bundle({ first: 'require("./said-D1gest.cjs").say()', said: "new" });
  expect((await start()).stdout).toBe("old\n");
});

test("the file without a digest in its name is compiled each time", async () => {
  await bundle({ first: 'console.log("old")', said: "" });
  await start();
  await bundle({ first: 'console.log("new")', said: "" });
  expect((await start()).stdout).toBe("new\n");
});

test.each([
  ["half of it", (kept: Buffer) => kept.subarray(0, kept.length / 2)],
  ["nothing", () => Buffer.alloc(0)],
  ["something else", () => Buffer.from("something else")],
  // As after a power cut, when a part of what was written last had not reached the disk.
  ["a hole", (kept: Buffer) => kept.fill(0, kept.length / 4, kept.length / 2)],
  ["a hole at the end", (kept: Buffer) => kept.fill(0, (kept.length * 3) / 4)],
])("%s in the place of what was kept is compiled anew, and kept", async (_, damage) => {
  await start();
  const file = join(folder(), "said-D1gest.cjs");
  await writeFile(file, damage(await readFile(file)));
  expect(await start()).toEqual({ stdout: "old\n", stderr: "" });
  await bundle({ first: 'require("./said-D1gest.cjs").say()', said: "new" });
  expect((await start()).stdout).toBe("old\n");
});

test("what cannot be kept is not missed", async () => {
  await writeFile(join(dist, "compiled"), "a file where the folder would be");
  expect(await start()).toEqual({ stdout: "old\n", stderr: "" });
});

test("nothing is kept of a command that failed: it went another way than those to come", async () => {
  await bundle({ first: 'require("./said-D1gest.cjs").say(); process.exitCode = 1', said: "old" });
  await expect(start()).rejects.toMatchObject({ code: 1, stdout: "old\n" });
  await expect(readdir(folder())).rejects.toMatchObject({ code: "ENOENT" });
});

test("a file that is loaded for the first time later is kept beside the others", async () => {
  await start();
  await writeFile(join(dist, "more-D1gest.cjs"), "");
  await bundle({ first: 'require("./said-D1gest.cjs").say(); require("./more-D1gest.cjs")', said: "old" });
  await start();
  expect((await readdir(folder())).sort()).toEqual(["more-D1gest.cjs", "said-D1gest.cjs"]);
});
