/** The S3 API judged by Amazon's own SDK, with its defaults: signatures, checksums and XML that are none of ours. */
import { Readable } from "node:stream";
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListPartsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { type Sandbox, startSandbox } from "@fedbucket/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keysOf } from "./keys.ts";

const Bucket = "sdk-bucket";
const KEY = "hello? sausage/êé/Hello, 世界/ \" ' @ < > & ? + ≠/z.txt";
let sandbox: Sandbox;
let s3: S3Client;
let stranger: S3Client;

async function clientFor(person: string | undefined): Promise<S3Client> {
  const credentials = await keysOf(sandbox, person);
  // Of any other region the SDK makes a LocationConstraint, which RGW does not know.
  const region = "us-east-1";
  return new S3Client({ endpoint: sandbox.s3Endpoint, region, forcePathStyle: true, credentials, maxAttempts: 1 });
}

beforeAll(async () => {
  sandbox = await startSandbox();
  s3 = await clientFor(undefined);
  stranger = await clientFor("bruno");
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  s3.destroy();
  stranger.destroy();
  await sandbox.close();
});

const get = async (Key: string) =>
  await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

test("ListBuckets_own_only", async () => {
  const names = async (client: S3Client) =>
    (await client.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name);
  expect(await names(s3)).toContain(Bucket);
  expect(await names(stranger)).not.toContain(Bucket);
});

test("PutObject_then_GetObject", async () => {
  const said = { ContentType: "text/x", CacheControl: "no-cache", Metadata: { fruit: "pear" } };
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: "hello", ...said }));
  expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  expect(await get(KEY)).toBe("hello");
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: KEY }))).toMatchObject({ ...said, ContentLength: 5 });
});

test("PutObject_stream_with_trailing_checksum", async () => {
  const Body = Readable.from([Buffer.alloc(100_000, "a"), Buffer.from("b")]);
  await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 100_001 }));
  expect(await get("stream")).toBe(`${"a".repeat(100_000)}b`);
});

test.each<ChecksumAlgorithm>(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])(
  "PutObject_checksum %s",
  async (algorithm) => {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: algorithm, Body: "x".repeat(1000), ChecksumAlgorithm: algorithm }),
    );
    const Body = Readable.from([Buffer.from("x".repeat(999)), Buffer.from("y")]);
    await s3.send(
      new PutObjectCommand({ Bucket, Key: algorithm, Body, ContentLength: 1000, ChecksumAlgorithm: algorithm }),
    );
    expect(await get(algorithm)).toBe(`${"x".repeat(999)}y`);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: algorithm, ChecksumMode: "ENABLED" }));
    expect(head).toMatchObject({ ChecksumType: "FULL_OBJECT", [`Checksum${algorithm}`]: expect.any(String) });
  },
);

test("PutObject_wrong_checksum", async () => {
  const put = s3.send(new PutObjectCommand({ Bucket, Key: "wrong", Body: "x", ChecksumCRC32: "AAAAAA==" }));
  await expect(put).rejects.toMatchObject({ name: "BadDigest", $metadata: { httpStatusCode: 400 } });
  await expect(get("wrong")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("GetObject_of_another_project", async () => {
  const attempt = stranger.send(new GetObjectCommand({ Bucket, Key: KEY }));
  await expect(attempt).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
});

test("multipart upload with parts sent and copied", async () => {
  const Key = "big";
  await s3.send(new PutObjectCommand({ Bucket, Key: "tail", Body: "0123456789" }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const part = { Bucket, Key, UploadId };
  const sent = await s3.send(
    new UploadPartCommand({ ...part, PartNumber: 1, Body: Buffer.alloc(5 * 1024 * 1024, "a") }),
  );
  const copied = await s3.send(
    new UploadPartCopyCommand({ ...part, PartNumber: 2, CopySource: `${Bucket}/tail`, CopySourceRange: "bytes=8-9" }),
  );
  expect((await s3.send(new ListPartsCommand(part))).Parts?.map(({ Size }) => Size)).toEqual([5 * 1024 * 1024, 2]);
  const Parts = [sent.ETag, copied.CopyPartResult?.ETag].map((ETag, at) => ({ ETag, PartNumber: at + 1 }));
  await s3.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts } }));
  const end = await s3.send(new GetObjectCommand({ Bucket, Key, Range: "bytes=-4" }));
  expect(await end.Body?.transformToString()).toBe("aa89");
});

test("CopyObject_of_a_nasty_key", async () => {
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: encodeURIComponent(`${Bucket}/${KEY}`) }));
  expect(await get("copy")).toBe("hello");
});

test("ListObjectsV2_pages, then DeleteObjects and DeleteBucket", async () => {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket })) {
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
  }
  expect(keys).toContain(KEY);
  expect(keys).toEqual(keys.toSorted());
  await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
  const { Deleted } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  );
  expect(Deleted).toHaveLength(keys.length);
  await s3.send(new DeleteBucketCommand({ Bucket }));
});
