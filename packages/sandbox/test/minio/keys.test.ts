import { DatabaseSync } from "node:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { MinioKeyTable } from "../../src/minio/keys.ts";
import { type Grantee, isGranted } from "../../src/minio/policies.ts";

const alice: Grantee = { username: "alice", policies: ["fedbucket-users"] };

test("lent keys end at their time, to the second; a console's do not", () => {
  const table = new MinioKeyTable(new DatabaseSync(":memory:"));
  const end = new Date("2026-11-26T08:00:00Z");
  const { accessKeyId } = table.make(alice, end);
  const console = table.make(alice);
  expect(table.find(accessKeyId, new Date(end.getTime() - 1))).toMatchObject({ username: "alice", expiresAt: end });
  expect(table.find(accessKeyId, end)).toBeUndefined();
  expect(table.find(console.accessKeyId, new Date("2099-01-01"))).toEqual(console);
});

test("the second store's keys survive a restart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  try {
    const first = await startSandbox({ folder });
    const { accessKeyId } = first.minio.consoleKey("alice");
    await first.close();
    await using second = await startSandbox({ folder });
    expect(second.minio.roleArn).toBe(first.minio.roleArn);
    expect(second.minio.deleteKey(accessKeyId)).toBe(true);
    expect(second.minio.deleteKey(accessKeyId)).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ["a bucket of one's own", "arn:aws:s3:::alice-data", true],
  ["an object in it", "arn:aws:s3:::alice-data/a/b", true],
  ["somebody else's", "arn:aws:s3:::bruno-data", false],
  ["a name that merely begins like one's own", "arn:aws:s3:::alicedata", false],
  ["another's whose name ends like one's own", "arn:aws:s3:::not-alice-data", false],
])("the policy of fedbucket's client: %s", (_, resource, granted) => {
  expect(isGranted(alice, "s3:PutObject", resource, {})).toBe(granted);
});

test("a name of no policy grants nothing, and a person without a name gets at no bucket", () => {
  expect(isGranted({ ...alice, policies: ["nobody-made-this"] }, "s3:GetObject", "arn:aws:s3:::alice-data/x", {})).toBe(
    false,
  );
  expect(isGranted({ ...alice, username: "" }, "s3:GetObject", "arn:aws:s3:::alice-data/x", {})).toBe(false);
});
