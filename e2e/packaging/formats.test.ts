import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FileEntry, sortedByPath, textFile } from "../../scripts/package/file-entry.ts";
import { readTarGz, tarGz } from "../../scripts/package/tar.ts";
import { pythonVersion } from "../../scripts/package/wheel.ts";
import { zip } from "../../scripts/package/zip.ts";
import { mustRun } from "../harness/run.ts";
import { tool } from "./places.ts";

const date = new Date("2026-11-23T10:20:30Z");
const entries: FileEntry[] = [
  { path: "bin/run", bytes: Buffer.from("#!/bin/sh\necho it runs\n"), executable: true },
  textFile("empty", ""),
  textFile("share/names/Ærø.txt", "x".repeat(70_000)),
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedbucket-formats-"));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = (command: readonly string[]) =>
  mustRun(command, { env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" }, cwd: folder });

test("Python's zipfile reads a zip archive: checksums, names, times and modes", async () => {
  await writeFile(join(folder, "a.zip"), zip(entries, date));
  const script = `
import zipfile
with zipfile.ZipFile("a.zip") as archive:
    assert archive.testzip() is None
    for entry in archive.infolist():
        print(entry.filename, entry.file_size, oct(entry.external_attr >> 16), *entry.date_time)
`;
  const { stdout } = await inFolder([tool("python"), "-c", script]);
  expect(stdout.trim().split("\n")).toEqual([
    "bin/run 23 0o100755 2026 11 23 10 20 30",
    "empty 0 0o100644 2026 11 23 10 20 30",
    "share/names/Ærø.txt 70000 0o100644 2026 11 23 10 20 30",
  ]);
});

test("GNU tar reads a tar archive, and what it unpacks runs", async () => {
  await writeFile(join(folder, "a.tar.gz"), tarGz(entries, date));
  const { stdout } = await inFolder(["tar", "--utc", "--numeric-owner", "-tvzf", "a.tar.gz"]);
  expect(stdout).toMatch(/^-rwxr-xr-x 0\/0 +23 2026-11-23 10:20 bin\/run$/m);
  expect(stdout).toMatch(/^-rw-r--r-- 0\/0 +70000 2026-11-23 10:20 share\/names\//m);
  await inFolder(["tar", "-xzf", "a.tar.gz"]);
  expect((await inFolder(["bin/run"])).stdout).toBe("it runs\n");
});

test("one file is read out of a tar archive, and a missing one is named", () => {
  const archive = tarGz(entries, date);
  expect(readTarGz(archive, "bin/run").toString()).toContain("it runs");
  expect(readTarGz(archive, "empty")).toHaveLength(0);
  expect(() => readTarGz(archive, "bin/other")).toThrow("bin/other");
});

test("a path that does not fit a tar header is refused, not cut", () => {
  expect(() => tarGz([textFile("x".repeat(101), "")], date)).toThrow(RangeError);
});

test("files are sorted by the bytes of their names, whatever the machine's language", () => {
  const names = ["b", "a/b", "B", "a", "ä"].map((path) => textFile(path, ""));
  expect(sortedByPath(names).map(({ path }) => path)).toEqual(["B", "a", "a/b", "b", "ä"]);
});

test("versions are told to Python in its own spelling", () => {
  expect(pythonVersion("1.2.3")).toBe("1.2.3");
  expect(pythonVersion("1.2.3-rc.1")).toBe("1.2.3rc1");
  expect(pythonVersion("1.2.3-alpha.2")).toBe("1.2.3a2");
  expect(() => pythonVersion("1.2.3-odd.2")).toThrow("1.2.3-odd.2");
});
