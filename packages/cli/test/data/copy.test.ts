import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StoreError } from "@fedbucket/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copy } from "../../src/data/copy.ts";
import { bodyOf, makeWorld, textAt, type World } from "./world.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "fedbucket-cp-"))));
afterEach(async () => await rm(folder, { recursive: true }));

async function world(options: Parameters<typeof makeWorld>[0] = {}): Promise<World> {
  const made = makeWorld({ cwd: folder, ...options });
  await made.account.createBucket("b");
  return made;
}

const run = async (made: World, source: string, destination: string, json = false): Promise<void> =>
  await copy(made.context, made.open, [source, destination], { json });

describe("uploads", () => {
  test.each([
    ["s3://b", "sst.csv"],
    ["s3://b/", "sst.csv"],
    ["s3://b/data/", "data/sst.csv"],
    ["pangeo:b/other.csv", "other.csv"],
    ["s3://b/../up", "../up"],
  ])("a file to %s is the object %s", async (destination, key) => {
    const made = await world();
    await writeFile(join(folder, "sst.csv"), "1,2");
    await run(made, "sst.csv", destination);
    expect(await textAt(made, "b", key)).toBe("1,2");
    expect(made.out()).toBe("");
    expect(made.err()).toContain(`(3 bytes)`);
  });

  test("the ending of the name tells the content type", async () => {
    const made = await world();
    await writeFile(join(folder, "sst.CSV"), "1,2");
    await run(made, "sst.CSV", "s3://b");
    expect((await made.account.bucket("b").stat("sst.CSV")).contentType).toBe("text/csv");
    await run(made, "sst.CSV", "s3://b/plain");
    await run(await world({ stdin: "{}" }), "-", "s3://b/x.json");
    expect((await made.account.bucket("b").stat("plain")).contentType).toBe("text/csv");
  });

  test("an empty file, and standard input", async () => {
    const made = await world({ stdin: "from a pipe" });
    await writeFile(join(folder, "empty"), "");
    await run(made, "empty", "s3://b");
    await run(made, "-", "s3://b/piped");
    expect((await made.account.bucket("b").stat("empty")).bytes).toBe(0);
    expect(await textAt(made, "b", "piped")).toBe("from a pipe");
  });

  test("a large file that the store takes in one piece only: said before it begins", async () => {
    const made = await world();
    await writeFile(join(folder, "large"), Buffer.alloc(33 * 1024 ** 2));
    await writeFile(join(folder, "small"), "1");
    await run(made, "small", "s3://b");
    expect(made.err()).not.toContain("note:");
    await run(made, "large", "s3://b");
    await run(made, "large", "s3://b/again");
    expect(made.err().match(/^note: .*begins anew; over S3 it goes on$/gm)).toHaveLength(1);
  });

  test("what cannot be uploaded says why, and makes nothing", async () => {
    const made = await world({ stdin: "x" });
    await expect(run(made, "nope", "s3://b")).rejects.toMatchObject({ code: "FILE_NOT_FOUND", kind: "not-found" });
    await expect(run(made, ".", "s3://b")).rejects.toMatchObject({ code: "IS_A_FOLDER", kind: "usage" });
    await expect(run(made, "-", "s3://b/dir/")).rejects.toMatchObject({ code: "BAD_ADDRESS", kind: "usage" });
    await expect(run(made, "-", "s3://nope/x")).rejects.toMatchObject({ code: "STORE_NO_BUCKET" });
    expect(await made.account.bucket("b").list()[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });
});

describe("downloads", () => {
  test.each([
    [".", "name.txt"],
    ["sub", "sub/name.txt"],
    ["sub/", "sub/name.txt"],
    ["other.txt", "other.txt"],
    ["sub/other.txt", "sub/other.txt"],
  ])("to %s is the file %s", async (destination, file) => {
    const made = await world();
    await mkdir(join(folder, "sub"));
    await made.account.bucket("b").put("dir/name.txt", bodyOf("bytes"));
    await run(made, "s3://b/dir/name.txt", destination);
    expect(await readFile(join(folder, file), "utf8")).toBe("bytes");
  });

  test("to standard output are the bytes and nothing else", async () => {
    const made = await world();
    await made.account.bucket("b").put("k", bodyOf("bytes"));
    await run(made, "s3://b/k", "-");
    expect(made.out()).toBe("bytes");
  });

  test.each(["../../etc/passwd/..", "dir/", "a/.", "x/..", "nul\0byte"])(
    "of %j cannot leave the folder",
    async (key) => {
      const made = await world();
      await made.account.bucket("b").put(key, bodyOf("x"));
      await expect(run(made, `s3://b/${key}`, ".")).rejects.toMatchObject({ code: "BAD_FILE_NAME", kind: "usage" });
      expect(await readdir(folder)).toEqual([]);
      await run(made, `s3://b/${key}`, "chosen");
      expect(await readdir(folder)).toEqual(["chosen"]);
    },
  );

  test("of ../../name take the last part", async () => {
    const made = await world();
    await made.account.bucket("b").put("../../name", bodyOf("x"));
    await run(made, "s3://b/../../name", ".");
    expect(await readdir(folder)).toEqual(["name"]);
  });

  test("to what cannot be written say why", async () => {
    const made = await world();
    await made.account.bucket("b").put("k", bodyOf("x"));
    await mkdir(join(folder, "k"));
    await expect(run(made, "s3://b/k", "nope/")).rejects.toMatchObject({ code: "NO_FOLDER" });
    await expect(run(made, "s3://b/k", "nope/file")).rejects.toMatchObject({ code: "CANNOT_WRITE" });
    await expect(run(made, "s3://b/k", ".")).rejects.toMatchObject({ code: "IS_A_FOLDER" });
  });

  test("that break leave what was there", async () => {
    const made = await world();
    await writeFile(join(folder, "file"), "before");
    await chmod(join(folder, "file"), 0o600);
    const broken = {
      ...made.account.bucket("b"),
      get: async () => ({
        info: { kind: "object" as const, key: "k", bytes: 9, etag: "x", modifiedAt: new Date() },
        isChecked: true,
        body: (async function* () {
          yield Buffer.from("half");
          throw new StoreError("STORE_CORRUPT", "k arrived damaged");
        })(),
      }),
    };
    const open = async () => ({ ...made.account, bucket: () => broken });
    await expect(copy(made.context, open, ["s3://b/k", "file"], {})).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    expect(await readFile(join(folder, "file"), "utf8")).toBe("before");
    expect(await readdir(folder)).toEqual(["file"]);
  });
});

test("from store to store, content type and metadata come along", async () => {
  const made = await world();
  await made.account.createBucket("other");
  const described = { contentType: "text/x-test", metadata: { colour: "blue" } };
  await made.account.bucket("b").put("dir/k", bodyOf("bytes"), described);
  await run(made, "s3://b/dir/k", "pangeo:other");
  expect(await textAt(made, "other", "k")).toBe("bytes");
  expect(await made.account.bucket("other").stat("k")).toMatchObject(described);
  await expect(run(made, "s3://b/dir/k", "s3://b/dir/")).rejects.toMatchObject({ code: "BAD_ADDRESS" });
});

test("--json prints one object, and is refused where the bytes would be", async () => {
  const made = await world();
  await writeFile(join(folder, "file"), "12345");
  await run(made, "file", "s3://b", true);
  expect(JSON.parse(made.out())).toMatchObject({ source: "file", destination: "s3://b/file", bytes: 5 });
  expect(made.err()).toBe("");
  await expect(run(made, "s3://b/file", "-", true)).rejects.toMatchObject({ kind: "usage" });
});

test("two files are no copy of ours", async () => {
  await expect(run(await world(), "a", "b")).rejects.toMatchObject({ code: "BAD_ADDRESS", kind: "usage" });
});
