import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startStore, type Store } from "./store.ts";

const PART = Buffer.alloc(5 * 1024 * 1024, "a");
let store: Store;
beforeEach(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
});
afterEach(() => store[Symbol.asyncDispose]());

async function begin(headers: Record<string, string> = {}): Promise<string> {
  const { text } = await store.ask("POST", "/bucket/mpu?uploads", { headers });
  return /<UploadId>(.*?)<\/UploadId>/.exec(text)?.[1] ?? "";
}

async function putPart(uploadId: string, number: number, body: string | Uint8Array): Promise<string> {
  const { status, headers } = await store.ask("PUT", `/bucket/mpu?partNumber=${number}&uploadId=${uploadId}`, { body });
  expect(status).toBe(200);
  return headers["ETag"] ?? "";
}

const complete = (uploadId: string, parts: readonly (readonly [number, string])[]) =>
  store.ask("POST", `/bucket/mpu?uploadId=${uploadId}`, {
    body: `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts
      .map(
        ([number, etag]) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replaceAll('"', "&quot;")}</ETag></Part>`,
      )
      .join("")}</CompleteMultipartUpload>`,
  });

const md5 = (data: Uint8Array) => createHash("md5").update(data).digest();

test("CompleteMultipartUpload_two_parts", async () => {
  const id = await begin({ "content-type": "text/x", "x-amz-meta-a": "b" });
  const second = await putPart(id, 2, "end");
  const first = await putPart(id, 1, PART);
  const { status, text } = await complete(id, [
    [1, first],
    [2, second],
  ]);
  expect(status).toBe(200);
  expect(text).toContain(
    "<Location>http://127.0.0.1:9000/bucket/mpu</Location><Bucket>bucket</Bucket><Key>mpu</Key><ETag></ETag>",
  );
  const { headers } = await store.ask("HEAD", "/bucket/mpu");
  const etag = md5(Buffer.concat([md5(PART), md5(Buffer.from("end"))])).toString("hex");
  expect(headers).toMatchObject({
    ETag: `"${etag}-2"`,
    "Content-Type": "text/x",
    "x-amz-meta-a": "b",
    "Content-Length": "5242883",
  });
  expect((await store.ask("GET", "/bucket/mpu", { headers: { range: "bytes=5242878-" } })).text).toBe("aaend");
});

test("CompleteMultipartUpload_refusals", async () => {
  const id = await begin();
  const [first, second] = [await putPart(id, 1, "small"), await putPart(id, 2, "last")];
  expect(
    await complete(id, [
      [1, first],
      [2, second],
    ]),
  ).toMatchObject({ status: 400, code: "EntityTooSmall" });
  expect(
    await complete(id, [
      [2, second],
      [1, first],
    ]),
  ).toMatchObject({ status: 400, code: "InvalidPartOrder" });
  expect(await complete(id, [[1, second]])).toMatchObject({ status: 400, code: "InvalidPart" });
  expect(await complete(id, [[3, first]])).toMatchObject({ status: 400, code: "InvalidPart" });
  expect(await complete(id, [])).toMatchObject({ status: 400, code: "MalformedXML" });
  expect(await store.ask("GET", "/bucket/mpu")).toMatchObject({ status: 404 });
  expect(await complete(id, [[2, second]])).toMatchObject({ status: 200 });
});

test("UploadPart_no_such_upload", async () => {
  const answer = await store.ask("PUT", "/bucket/mpu?partNumber=1&uploadId=nope", { body: "x" });
  expect(answer).toMatchObject({ status: 404, code: "NoSuchUpload" });
});

test.each(["0", "10001", "x", ""])("UploadPart_number %j", async (number) => {
  const answer = await store.ask("PUT", `/bucket/mpu?partNumber=${number}&uploadId=${await begin()}`, { body: "x" });
  expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("UploadPart_bad_digest_leaves_no_part", async () => {
  const id = await begin();
  const headers = { "content-md5": md5(Buffer.from("y")).toString("base64") };
  expect(await store.ask("PUT", `/bucket/mpu?partNumber=1&uploadId=${id}`, { body: "x", headers })).toMatchObject({
    code: "BadDigest",
  });
  expect((await store.ask("GET", `/bucket/mpu?uploadId=${id}`)).text).not.toContain("<Part>");
});

test("ListParts_pages", async () => {
  const id = await begin();
  for (const number of [1, 2, 3]) await putPart(id, number, String(number));
  const page = await store.ask("GET", `/bucket/mpu?max-parts=1&part-number-marker=1&uploadId=${id}`);
  expect(page.text).toContain("<PartNumberMarker>1</PartNumberMarker><NextPartNumberMarker>2</NextPartNumberMarker>");
  expect(page.text).toContain("<IsTruncated>true</IsTruncated>");
  expect(page.text.match(/<PartNumber>/g)).toHaveLength(1);
});

test("ListMultipartUploads_and_abort", async () => {
  const id = await begin();
  const { text } = await store.ask("GET", "/bucket?uploads");
  expect(text).toContain(`<Upload><Key>mpu</Key><UploadId>${id}</UploadId><Initiator>`);
  expect(await store.ask("DELETE", `/bucket/mpu?uploadId=${id}`)).toMatchObject({ status: 204 });
  expect((await store.ask("GET", "/bucket?uploads")).text).not.toContain("<Upload>");
  expect(await store.ask("DELETE", `/bucket/mpu?uploadId=${id}`)).toMatchObject({ status: 404, code: "NoSuchUpload" });
});

test("ListMultipartUploads_delimiter_pages", async () => {
  for (const key of ["a/1", "a/2", "b", "c/1", "c/d/2"]) await store.ask("POST", `/bucket/${key}?uploads`);
  const list = async (query: string): Promise<[string[], string | undefined]> => {
    const { text } = await store.ask("GET", `/bucket?uploads&delimiter=%2F${query}`);
    const names = [...text.matchAll(/<Upload><Key>(.*?)<|<CommonPrefixes><Prefix>(.*?)</g)];
    const truncated = text.includes("<IsTruncated>true<");
    return [
      names.map(([, key, group]) => key ?? group ?? ""),
      truncated ? /<NextKeyMarker>(.*?)</.exec(text)?.[1] : undefined,
    ];
  };
  expect(await list("")).toEqual([["b", "a/", "c/"], undefined]);
  expect(await list("&max-uploads=1")).toEqual([["a/"], "a/"]);
  expect(await list("&max-uploads=1&key-marker=a%2F")).toEqual([["b"], "b"]);
  expect(await list("&max-uploads=1&key-marker=b")).toEqual([["c/"], undefined]);
  expect(await list("&prefix=c%2F")).toEqual([["c/1", "c/d/"], undefined]);
});

test("UploadPartCopy_range", async () => {
  await store.ask("PUT", "/bucket/source", { body: "0123456789" });
  const id = await begin();
  const headers = { "x-amz-copy-source": "bucket/source", "x-amz-copy-source-range": "bytes=2-4" };
  const { text } = await store.ask("PUT", `/bucket/mpu?partNumber=1&uploadId=${id}`, { headers });
  await complete(id, [[1, /<ETag>(.*?)<\/ETag>/.exec(text)?.[1] ?? ""]]);
  expect((await store.ask("GET", "/bucket/mpu")).text).toBe("234");
});
