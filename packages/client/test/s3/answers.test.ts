import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../src/http.ts";
import { createBucketRequest, listBucketsRequest, readBuckets } from "../../src/s3/buckets.ts";
import { readS3Error } from "../../src/s3/errors.ts";
import { listObjectsRequest, readListPage } from "../../src/s3/list-objects.ts";
import {
  completeUploadRequest,
  completionDocument,
  readCompletion,
  readCreatedUpload,
} from "../../src/s3/multipart.ts";
import { getObjectRequest, putObjectRequest, readObjectHead, readStored } from "../../src/s3/objects.ts";
import { parseXml } from "../../src/xml.ts";

const endpoint = "https://store.example.org";

function answer(status: number, headers: Record<string, string>, text = ""): HttpResponse {
  return {
    status,
    headers,
    body: (async function* () {
      yield Buffer.from(text);
    })(),
  };
}

describe("requests", () => {
  test("address buckets path-style, and encode everything but the slashes of a key", () => {
    const { url } = getObjectRequest({ endpoint, bucket: "tenant:b", key: "/a//../(é) +%~'*!" });
    expect(url).toBe(`${endpoint}/tenant%3Ab//a//../%28%C3%A9%29%20%2B%25~%27%2A%21`);
  });

  test("carry the checksums that they are given, and announce none to follow the body, which old RGW refuses", () => {
    const body = { bytes: 1, async *open() {} };
    const place = { endpoint, bucket: "b", key: "k" };
    const { headers } = putObjectRequest(place, body, { md5: "bWQ1" }, { metadata: { Name: "x" } });
    expect(headers).toEqual({ "content-md5": "bWQ1", "x-amz-meta-name": "x" });
    expect(putObjectRequest(place, body, { crc32: "AAAAAA==" }).headers).toEqual({
      "x-amz-checksum-crc32": "AAAAAA==",
    });
  });

  test("ask for the checksum of a whole object, not of a range, whose bytes it would not fit", () => {
    const place = { endpoint, bucket: "b", key: "k" };
    expect(getObjectRequest(place).headers).toEqual({ "x-amz-checksum-mode": "ENABLED" });
    expect(getObjectRequest(place, { range: { start: 1 } }).headers).toEqual({ range: "bytes=1-" });
  });

  test("create a bucket without a location, which RGW and Swift would refuse differently", () => {
    expect(createBucketRequest(endpoint, "b")).toEqual({ method: "PUT", url: `${endpoint}/b`, headers: {} });
  });

  test("list with names URL-encoded, and with a token instead of a start", () => {
    const { url } = listObjectsRequest(endpoint, "b", { prefix: "a b/", delimiter: "/", startAfter: "x" });
    expect(url).toBe(
      `${endpoint}/b?list-type=2&encoding-type=url&max-keys=1000&prefix=a%20b%2F&delimiter=%2F&start-after=x`,
    );
    const next = listObjectsRequest(endpoint, "b", { startAfter: "x", continuationToken: "résumé x+y" }).url;
    expect(next).toContain("&continuation-token=r%C3%A9sum%C3%A9%20x%2By");
    expect(next).not.toContain("start-after");
  });

  test("complete an upload with quoted ETags in order", () => {
    const document = completionDocument([
      { partNumber: 1, etag: "a<b" },
      { partNumber: 2, etag: "c" },
    ]);
    expect(document).toContain('<Part><PartNumber>1</PartNumber><ETag>"a&#60;b"</ETag></Part><Part><PartNumber>2<');
    const upload = { endpoint, bucket: "b", key: "k", uploadId: "2~id" };
    expect(completeUploadRequest(upload, document).url).toBe(`${endpoint}/b/k?uploadId=2~id`);
  });

  test("list all buckets at the endpoint's root, with its path if it has one", () => {
    expect(listBucketsRequest(`${endpoint}/s3`).url).toBe(`${endpoint}/s3/`);
  });
});

describe("answers as Ceph RGW 16.2 and Swift 2.30 gave them", () => {
  test("a list of buckets, of one and of none", async () => {
    const list = (buckets: string): string =>
      `<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>1f8c</ID><DisplayName>vo.pangeo.eu</DisplayName></Owner>${buckets}</ListAllMyBucketsResult>`;
    const one =
      "<Buckets><Bucket><Name>007</Name><CreationDate>2026-11-23T18:29:39.550Z</CreationDate></Bucket></Buckets>";
    expect(await readBuckets(answer(200, {}, list(one)))).toEqual([
      { name: "007", createdAt: new Date("2026-11-23T18:29:39.550Z") },
    ]);
    expect(await readBuckets(answer(200, {}, list("<Buckets/>")))).toEqual([]);
  });

  test("a page of a listing: encoded names, a raw token", async () => {
    const page = await readListPage(
      answer(
        200,
        {},
        `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><Name>b</Name><Prefix></Prefix><IsTruncated>true</IsTruncated><CommonPrefixes><Prefix>dir/</Prefix></CommonPrefixes><Contents><Key>r%C3%A9sum%C3%A9%20x%2By.txt</Key><LastModified>2026-11-23T18:29:54.771Z</LastModified><ETag>&quot;324c9706d872348cb35c18c083906901&quot;</ETag><Size>16</Size></Contents><Contents><Key>a+b</Key><LastModified>2026-11-23T18:29:54.771Z</LastModified><ETag>"x"</ETag><Size>0</Size></Contents><NextContinuationToken>résumé x+y.txt</NextContinuationToken></ListBucketResult>`,
      ),
    );
    expect({ ...page, objects: [...page.objects] }).toEqual({
      objects: [
        {
          key: "résumé x+y.txt",
          bytes: 16,
          etag: "324c9706d872348cb35c18c083906901",
          modifiedMs: Date.parse("2026-11-23T18:29:54.771Z"),
        },
        { key: "a b", bytes: 0, etag: "x", modifiedMs: Date.parse("2026-11-23T18:29:54.771Z") },
      ],
      prefixes: ["dir/"],
      continuationToken: "résumé x+y.txt",
    });
  });

  test("a page that goes on but does not say where is refused, not taken for the last", async () => {
    const text = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>";
    await expect(readListPage(answer(200, {}, text))).rejects.toMatchObject({ code: "BadAnswer" });
  });

  test("RGW's errors have no message", async () => {
    const error = await readS3Error(
      answer(
        404,
        { "x-amz-request-id": "tx1" },
        '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message></Message><BucketName>b</BucketName></Error>',
      ),
    );
    expect(error).toMatchObject({ code: "NoSuchKey", status: 404, message: "", requestId: "tx1" });
  });

  test.each([
    ["no body, as to a HEAD", ""],
    ["a page of a proxy", "<html><body><p>Bad gateway<br></body></html>"],
    ["plain text", "upstream connect error"],
  ])("an error with %s has its status alone", async (_, text) => {
    expect(await readS3Error(answer(502, {}, text))).toMatchObject({ code: "HTTP 502", status: 502 });
  });

  test("the head of an object", async () => {
    const headers = {
      "content-length": "12",
      "last-modified": "Mon, 23 Nov 2026 18:29:54 GMT",
      etag: '"6f5902ac237024bdd0c176cb93063dc4"',
      "content-type": "text/plain",
      "x-amz-meta-fruit": "pear",
    };
    expect(await readObjectHead(answer(200, headers))).toEqual({
      bytes: 12,
      etag: "6f5902ac237024bdd0c176cb93063dc4",
      modifiedAt: new Date("2026-11-23T18:29:54Z"),
      contentType: "text/plain",
      metadata: { fruit: "pear" },
      checksum: { algorithm: "md5", value: "6f5902ac237024bdd0c176cb93063dc4" },
    });
    const range = await readObjectHead(
      answer(206, { ...headers, "content-length": "5", "content-range": "bytes 0-4/12" }),
    );
    expect(range.bytes).toBe(12);
  });

  test.each([
    [{ "x-object-meta-static-large-object": "True" }],
    [{ "x-static-large-object": "True" }],
    [{ "x-object-manifest": "c/seg/" }],
    [{ "x-amz-server-side-encryption": "aws:kms" }],
    [{ etag: '"93d838e8b2f21f22528cfe2fde81c8d3-2"' }],
  ])("an ETag with %j is not taken for an MD5", async (more) => {
    const headers = { "content-length": "1", etag: '"6f5902ac237024bdd0c176cb93063dc4"', ...more };
    expect((await readObjectHead(answer(200, headers))).checksum).toBeUndefined();
    expect((await readStored(answer(200, headers))).etagIsMd5).toBe(false);
  });

  test.each([
    ["of the whole", {}, { algorithm: "crc32", value: "04000001" }],
    ["that says that it is of the whole", { "x-amz-checksum-type": "FULL_OBJECT" }, { algorithm: "crc32" }],
    ["put together from parts", { "x-amz-checksum-type": "COMPOSITE" }, { algorithm: "md5" }],
    ["with a number of parts", { "x-amz-checksum-crc32": "BAAAAQ==-2" }, { algorithm: "md5" }],
    ["that is none", { "x-amz-checksum-crc32": "BAAAAQ" }, { algorithm: "md5" }],
  ])("a CRC %s", async (_, more, checksum) => {
    const headers = { "content-length": "1", etag: '"6f5902ac237024bdd0c176cb93063dc4"', ...more };
    const head = await readObjectHead(answer(200, { "x-amz-checksum-crc32": "BAAAAQ==", ...headers }));
    expect(head.checksum).toMatchObject(checksum);
  });

  test("a multipart upload: RGW leaves the last ETag out, others may fail with a 200", async () => {
    const created = "<InitiateMultipartUploadResult><UploadId>2~Aq6</UploadId></InitiateMultipartUploadResult>";
    expect(await readCreatedUpload(answer(200, {}, created))).toEqual({ uploadId: "2~Aq6", hasCrc: false });
    const knowsCrc = { "x-amz-checksum-algorithm": "CRC32" };
    expect(await readCreatedUpload(answer(200, knowsCrc, created))).toEqual({ uploadId: "2~Aq6", hasCrc: true });
    const done = (etag: string): string =>
      `<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`;
    expect(await readCompletion(answer(200, {}, done("")))).toBeUndefined();
    expect(await readCompletion(answer(200, {}, done("&quot;93d8-2&quot;")))).toBe("93d8-2");
    const failed = answer(200, {}, "  \n<Error><Code>InternalError</Code><Message>try again</Message></Error>");
    await expect(readCompletion(failed)).rejects.toMatchObject({ code: "InternalError", message: "try again" });
  });
});

describe("pages of listings, read from their bytes", () => {
  const time = "2026-11-23T18:29:54.771Z";
  const page = (inside: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>${inside}<IsTruncated>false</IsTruncated></ListBucketResult>`;
  const object = (key: string, etag = "&quot;e&quot;"): string =>
    `<Contents><Key>${key}</Key><LastModified>${time}</LastModified><ETag>${etag}</ETag><Size>12</Size><StorageClass>STANDARD</StorageClass><Owner><ID>Key</ID><DisplayName>Size</DisplayName></Owner></Contents>`;
  const keysOf = async (text: string): Promise<string[]> =>
    [...(await readListPage(answer(200, {}, text))).objects].map(({ key }) => key);

  test.each([
    ["references", "a&amp;b&#x1F600;&lt;", "a&b😀<"],
    ["CDATA", "a<![CDATA[<&amp;>]]>b", "a<&amp;>b"],
    ["a comment", "a<!-- > -->b", "ab"],
    ["UTF-8 as it is", "日本語/é", "日本語/é"],
    ["blanks around it", " a ", " a "],
    ["what looks encoded and is not", "100%25+1", "100%25+1"],
  ])("a key with %s", async (_, written, key) => {
    expect(await keysOf(page(object(written)))).toEqual([key]);
  });

  test.each(["before", "behind"])("names are decoded where that they are encoded is said %s them", async (where) => {
    const says = "<EncodingType>url</EncodingType>";
    const listed = object("dir%2Fa%0Ab%01") + object("x+y%2Bz") + object("%E6%97%A5");
    expect(await keysOf(page(where === "before" ? says + listed : listed + says))).toEqual([
      "dir/a\nb\x01",
      "x y+z",
      "日",
    ]);
  });

  test("1,024 bytes of UTF-8 make one key, encoded and not", async () => {
    const key = "é".repeat(512);
    expect(await keysOf(page(`<EncodingType>url</EncodingType>${object(encodeURIComponent(key))}`))).toEqual([key]);
    expect(await keysOf(page(object(key)))).toEqual([key]);
  });

  test.each(["&quot;e-2&quot;", "&#34;e-2&#34;", '"e-2"', "e-2", '<![CDATA["e-2"]]>', "&#x22;e-2&#x22;"])(
    "an ETag written %s",
    async (written) => {
      const { objects } = await readListPage(answer(200, {}, page(object("k", written))));
      expect([...objects]).toEqual([{ key: "k", bytes: 12, etag: "e-2", modifiedMs: Date.parse(time) }]);
    },
  );

  test.each([
    ["2026-11-23T18:29:54Z", "2026-11-23T18:29:54.000Z"],
    ["2026-11-23T18:29:54.771342Z", "2026-11-23T18:29:54.771Z"],
    ["2026-11-23T19:29:54.771+01:00", "2026-11-23T18:29:54.771Z"],
  ])("the time %s", async (written, meant) => {
    const { objects } = await readListPage(answer(200, {}, page(object("k").replace(time, written))));
    expect([...objects].map(({ modifiedMs }) => new Date(modifiedMs).toISOString())).toEqual([meant]);
  });

  test("with a namespace's prefix, attributes and white space, as other servers indent it", async () => {
    const text = `<s3:ListBucketResult xmlns:s3="u">\n  <s3:Contents>\n <s3:Key k="1">a</s3:Key >\n <s3:Size>3</s3:Size><s3:ETag/></s3:Contents>\n <s3:CommonPrefixes>\n<s3:Prefix>p/</s3:Prefix>\n</s3:CommonPrefixes></s3:ListBucketResult>\n`;
    const { objects, prefixes } = await readListPage(answer(200, {}, text));
    expect([...objects]).toMatchObject([{ key: "a", bytes: 3, etag: "" }]);
    expect(prefixes).toEqual(["p/"]);
  });

  test("one that was cut off is refused wherever that was, and never taken for a shorter one", async () => {
    const whole = page(object("k") + object("l"));
    for (let end = 0; end < whole.length; end++)
      await expect(readListPage(answer(200, {}, whole.slice(0, end)))).rejects.toMatchObject({ code: "BadAnswer" });
    expect(await keysOf(whole)).toEqual(["k", "l"]);
  });

  test.each([
    ["<Error><Code>x</Code></Error>", "BadAnswer"],
    ["<html><body></body></html>", "NotS3"],
    [page(object("k")).repeat(2), "BadAnswer"],
    ["", "BadAnswer"],
  ])("an answer that is no listing is refused: %s", async (text, code) => {
    await expect(readListPage(answer(200, {}, text))).rejects.toMatchObject({ code });
  });
});

describe("XML", () => {
  test("references, CDATA, comments and namespaces are read", () => {
    const text = `<?xml version='1.0'?>\n<!-- x --><s:a xmlns:s="u"><b k="1"> &lt;&#65;&#x1F600;&apos; </b><c/><d><![CDATA[<&>]]></d></s:a>`;
    expect(parseXml(text)).toEqual({
      name: "a",
      text: "",
      children: [
        { name: "b", text: " <A😀' ", children: [] },
        { name: "c", text: "", children: [] },
        { name: "d", text: "<&>", children: [] },
      ],
    });
  });

  test.each([
    "",
    "text",
    "<a>",
    "<a></b>",
    "</a>",
    "<a/><b/>",
    "<a><b></a></b>",
    "<a",
    "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
  ])("what is not well-formed, or defines entities, is nothing: %s", (text) => {
    expect(parseXml(text)).toBeUndefined();
  });
});
