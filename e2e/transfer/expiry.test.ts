/** Credentials that end in the middle of a command: others are made, and it goes on. */
import { randomBytes } from "node:crypto";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followLinks } from "../harness/sign-in.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

const MiB = 1024 ** 2;

let me: Traveller;
let fault: (event: FaultEvent) => Fault | undefined = () => undefined;
beforeEach(async () => {
  fault = () => undefined;
  me = await traveller({ fault: (event) => fault(event) });
  await writeTree(me.at("data"), { ...smallFiles(20), large: randomBytes(40 * MiB) });
});
afterEach(async () => await me[Symbol.asyncDispose]());

const credentialOf = ({ request: { headers } }: FaultEvent): string | undefined =>
  /Credential=([^/]+)/.exec(headers["authorization"] ?? "")?.[1] ?? headers["x-auth-token"];

/** At its n-th request to a store, each credential ends. */
function endAt(n: number): { readonly ended: ReadonlySet<string> } {
  const used = new Map<string, number>();
  const ended = new Set<string>();
  fault = (event) => {
    const credential = credentialOf(event);
    if (event.moment !== "request" || event.listener === "identity" || credential === undefined) return undefined;
    const times = (used.get(credential) ?? 0) + 1;
    used.set(credential, times);
    if (times < n) return undefined;
    ended.add(credential);
    if (event.request.headers["x-auth-token"] !== undefined) return unauthorized;
    (event.listener === "minio" ? me.sandbox.minio : me.sandbox).deleteKey(credential);
    return undefined;
  };
  return { ended };
}

const unauthorized: Fault = { answer: { status: 401, headers: {}, body: "" } };

async function connectToMinio(): Promise<void> {
  const { onStderr, done } = followLinks(me);
  expect(await me.run("connect sandbox-minio", { onStderr })).toMatchObject({ code: 0 });
  await done();
}

test.each([
  ["S3 keys,", "", "moved"],
  ["a Keystone token, over Swift,", " --via swift", "moved"],
  ["keys lent by an STS,", " --profile sandbox-minio", "alice-moved"],
])("%s ended again and again: there, back, compared, moved, read and removed", async (_, via, bucket) => {
  await me.write("kept", "kept");
  if (bucket !== "moved") {
    await connectToMinio();
    await me.go(`mb s3://${bucket}${via}`);
  }
  const { ended } = endAt(9);
  const source = await readTree(me.at("data"));
  for (const words of [
    `sync data s3://${bucket}/a -j 1`,
    `sync s3://${bucket}/a back -j 1`,
    `verify data s3://${bucket}/a`,
    `cp data/large s3://${bucket}/single -j 1`,
    `cp s3://${bucket}/single single -j 1`,
    `mv -r s3://${bucket}/a s3://${bucket}/b -j 1`,
    `cp -r s3://${bucket}/b again -j 1`,
    `du s3://${bucket}`,
    `rm -r s3://${bucket}/b`,
    `rm s3://${bucket}/single`,
    `cp kept s3://${bucket}/kept`,
  ])
    await me.go(words + via);
  expect(await me.run(`cat s3://${bucket}/kept${via}`)).toMatchObject({ code: 0, stdout: "kept" });
  expect(await readTree(me.at("back"))).toEqual(source);
  expect(await readTree(me.at("again"))).toEqual(source);
  expect((await me.go(`ls -r s3://${bucket}${via}`)).stdout).toBe("kept\n");
  expect(ended.size).toBeGreaterThan(5);
});

test("between two profiles both ends' keys end again and again", async () => {
  await connectToMinio();
  await me.go("connect sandbox"); // what s3:// means
  await me.go("mb sandbox-minio:alice-moved");
  const source = await readTree(me.at("data"));
  await me.go("sync data s3://moved/a");
  const { ended } = endAt(9);
  await me.go("cp -r s3://moved/a sandbox-minio:alice-moved/a -j 1");
  await me.go("mv -r sandbox-minio:alice-moved/a s3://moved/b -j 1");
  await me.go("sync s3://moved/b back -j 1");
  expect(await readTree(me.at("back"))).toEqual(source);
  expect((await me.go("ls -r sandbox-minio:alice-moved")).stdout).toBe("");
  expect(ended.size).toBeGreaterThan(5);
});
