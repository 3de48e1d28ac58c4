import { expect, test } from "vitest";
import { compareUtf8 } from "../../src/store/order.ts";
import { checkZarr, type ZarrFinding } from "../../src/zarr/check.ts";

async function check(files: Readonly<Record<string, string>>): Promise<{ findings: string[]; summary: unknown }> {
  const findings: string[] = [];
  const keys = Object.keys(files).sort(compareUtf8);
  const summary = await checkZarr({
    async *list() {
      yield keys.map((key) => ({ key, bytes: files[key]?.length ?? 0, modifiedMs: 0 }));
    },
    text: async (key) => files[key] ?? "",
    onFinding: ({ kind, key }: ZarrFinding) => findings.push(`${kind} ${key}`),
  });
  return { findings, summary };
}

const version2 = (more: object = {}): string =>
  JSON.stringify({ zarr_format: 2, shape: [4, 3], chunks: [2, 2], ...more });
const version3 = (more: object = {}): string =>
  JSON.stringify({
    zarr_format: 3,
    node_type: "array",
    shape: [4, 3],
    chunk_grid: { name: "regular", configuration: { chunk_shape: [2, 2] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    ...more,
  });

test("version 2, complete", async () => {
  const files = { ".zgroup": "{}", ".zmetadata": "{}", "t/.zarray": version2(), "t/.zattrs": "{}" };
  const chunks = { "t/0.0": "x", "t/0.1": "x", "t/1.0": "x", "t/1.1": "x" };
  expect(await check({ ...files, ...chunks })).toEqual({
    findings: [],
    summary: expect.objectContaining({ arrays: 1, chunks: 4, missing: 0 }),
  });
});

test("version 2: missing, empty and surplus chunks by name", async () => {
  const files = { "t/.zarray": version2(), "t/0.0": "x", "t/0.1": "", "t/1.0": "x", "t/2.0": "x", "t/1.1.tmp": "x" };
  const { findings } = await check({ ...files, "left-over": "x" });
  expect(findings.sort()).toEqual([
    "empty t/0.1",
    "missing t/1.1",
    "surplus left-over",
    "surplus t/1.1.tmp",
    "surplus t/2.0",
  ]);
});

test("version 2 with slashes in the names of chunks", async () => {
  const files = { ".zarray": version2({ dimension_separator: "/" }), "0/0": "x", "0/1": "x", "1/0": "x" };
  expect((await check(files)).findings).toEqual(["missing 1/1"]);
});

test("version 3", async () => {
  const files = {
    "zarr.json": `{"node_type":"group"}`,
    "t/zarr.json": version3(),
    "t/c/0/0": "x",
    "t/c/1/1": "x",
    "t/c/0/2": "x",
  };
  expect((await check(files)).findings).toEqual(["surplus t/c/0/2", "missing t/c/0/1", "missing t/c/1/0"]);
});

test("version 3 in shards: each object is a shard, and those are what may be missing", async () => {
  const codecs = [{ name: "sharding_indexed", configuration: { chunk_shape: [1, 1], codecs: [{ name: "bytes" }] } }];
  const files = { "zarr.json": version3({ codecs }), "c/0/0": "x", "c/0/1": "x", "c/1/0": "", "c/3/2": "x" };
  const { findings, summary } = await check(files);
  expect(findings).toEqual(["empty c/1/0", "surplus c/3/2", "missing c/1/1"]);
  expect(summary).toMatchObject({ chunks: 4 });
});

test("version 3 with the chunk names of version 2", async () => {
  const files = {
    "zarr.json": version3({ chunk_key_encoding: { name: "v2" } }),
    "0.0": "x",
    "0.1": "x",
    "1.0": "x",
    "1.1": "x",
  };
  expect((await check(files)).findings).toEqual([]);
});

test.each([
  ["version 2", { ".zarray": version2({ shape: [], chunks: [] }), "0": "x" }],
  ["version 3", { "zarr.json": version3({ shape: [], chunk_grid: { configuration: { chunk_shape: [] } } }), c: "x" }],
])("an array without dimensions has one chunk, %s", async (_, files) => {
  expect(await check(files as Record<string, string>)).toMatchObject({ findings: [], summary: { chunks: 1 } });
});

test("an array of no size has no chunk", async () => {
  expect(await check({ ".zarray": version2({ shape: [0, 3] }) })).toMatchObject({
    findings: [],
    summary: { chunks: 0 },
  });
});

test.each(["", "{", "[]", `{"shape":"x","chunks":[1]}`, `{"shape":[1e12],"chunks":[1]}`])(
  "metadata torn by a killed job (%s) are named",
  async (text) => {
    expect((await check({ "t/.zarray": text, ".zgroup": "{}" })).findings).toEqual(["unreadable t/.zarray"]);
  },
);

test("what is no Zarr store at all", async () => {
  await expect(check({ "a.nc": "x" })).rejects.toMatchObject({ code: "NOT_ZARR" });
});
