import { realpath } from "node:fs/promises";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { signInAtKeystone } from "../harness/keystone.ts";
import { type Answer, answersOn, readTrace, tracer } from "./system-calls.ts";
import { debianClient } from "./tools.ts";

const large = Buffer.alloc(6 * 1024 * 1024, "large ");
const small = Buffer.from("small");
const at = { Bucket: "tmp" };

let home: Home;
let names: string[];
let found: Answer[];

/** Every kind of change, one after the other, so that the n-th answer in the trace belongs to the n-th request. */
async function changes(s3: S3Client): Promise<string[]> {
  const done: string[] = [];
  const noting = async <T>(name: string, answer: Promise<T>): Promise<T> => {
    done.push(name);
    return answer;
  };
  await noting("small put", s3.send(new PutObjectCommand({ ...at, Key: "small", Body: small })));
  await noting("large put", s3.send(new PutObjectCommand({ ...at, Key: "large", Body: large })));
  const upload = { ...at, Key: "parts" };
  const { UploadId } = await noting("create upload", s3.send(new CreateMultipartUploadCommand(upload)));
  const part = { ...upload, UploadId, PartNumber: 1 };
  const { ETag } = await noting("part", s3.send(new UploadPartCommand({ ...part, Body: large })));
  const complete = { ...upload, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
  await noting("complete", s3.send(new CompleteMultipartUploadCommand(complete)));
  await noting("copy", s3.send(new CopyObjectCommand({ ...at, Key: "copy", CopySource: "tmp/large" })));
  await noting("overwrite", s3.send(new PutObjectCommand({ ...at, Key: "large", Body: large })));
  await noting("delete", s3.send(new DeleteObjectCommand({ ...at, Key: "copy" })));
  return done;
}

beforeAll(async () => {
  home = await makeHome();
  const trace = join(home.folder, "trace");
  const cloud: Cloud = await startCloud({ env: home.env, under: tracer(debianClient("strace"), trace) });
  const { access, secret } = await (await signInAtKeystone(cloud)).createKey();
  const s3 = new S3Client({
    endpoint: cloud.s3Endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: access, secretAccessKey: secret },
  });
  names = await changes(s3);
  s3.destroy();
  await cloud[Symbol.asyncDispose]();
  const folder = await realpath(join(home.folder, "fedbucket/data"));
  const port = Number(new URL(cloud.s3Endpoint).port);
  found = answersOn(port, folder, await readTrace(trace));
});
afterAll(() => home?.[Symbol.asyncDispose]());

const answerTo = (name: string): Answer | undefined => found[names.indexOf(name)];

test("every change was answered with success, and the trace holds every answer", () => {
  expect(found.map(({ status }) => Math.floor(status / 100))).toEqual(names.map(() => 2));
});

describe("when the status line of a change is written", () => {
  test.each(["small put", "large put", "create upload", "part", "complete", "copy", "overwrite", "delete"])(
    "%s: nothing of it is only in memory, and the index was synced for it",
    (name) => {
      expect(answerTo(name)?.atRisk).toEqual([]);
      expect(answerTo(name)?.synced.filter((path) => /index\.sqlite(-wal)?$/.test(path))).not.toEqual([]);
    },
  );

  test.each(["large put", "part", "overwrite"])("%s: data, then its folder, then the index are synced", (name) => {
    const order = (answerTo(name)?.synced ?? []).map((path) =>
      /pieces\/\d+$/.test(path) ? "data" : path.endsWith("pieces") ? "folder" : "index",
    );
    expect(order.slice(0, 3)).toEqual(["data", "folder", "index"]);
  });
});
