import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../src/http.ts";
import { Secret } from "../../src/secret.ts";
import { listContainersRequest, readContainers } from "../../src/swift/account.ts";
import { listObjectsRequest, readObjects } from "../../src/swift/containers.ts";
import { readDone, readSwiftError } from "../../src/swift/errors.ts";
import { getObjectRequest, putObjectRequest, readObjectHead } from "../../src/swift/objects.ts";

const access = { storageUrl: "https://store.example.org/swift/v1", token: new Secret("gAAA-planted") };

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
  test("carry the token as a secret", () => {
    const request = listContainersRequest(access);
    expect(request.headers["x-auth-token"]).toBe(access.token);
    expect(JSON.stringify(request)).not.toContain("planted");
  });

  test("encode names, and keep the slashes of an object's", () => {
    const name = { container: "Mixed Case/no", object: "/a//../é +?#%" };
    expect(getObjectRequest(access, name).url).toBe(
      "https://store.example.org/swift/v1/Mixed%20Case%2Fno//a//../%C3%A9%20%2B%3F%23%25",
    );
    expect(listObjectsRequest(access, "c", { prefix: "a/", delimiter: "/", marker: "a/é" }).url).toBe(
      "https://store.example.org/swift/v1/c?format=json&limit=10000&prefix=a%2F&delimiter=%2F&marker=a%2F%C3%A9",
    );
  });

  test("let the server compare the MD5 before it stores anything", () => {
    const body = { bytes: 1, async *open() {} };
    const { headers } = putObjectRequest(access, { container: "c", object: "o" }, body, "900150983cd2", {
      metadata: { Fruit: "pear" },
    });
    expect(headers).toMatchObject({ etag: "900150983cd2", "x-object-meta-fruit": "pear" });
  });
});

describe("answers as Swift 2.30 and Ceph RGW 16.2 gave them", () => {
  test("containers, some or none", async () => {
    const page = await readContainers(answer(200, {}, '[{"name":"cap-cont","count":5,"bytes":65}]'));
    expect(page).toEqual({ containers: [{ name: "cap-cont", objects: 5, bytes: 65 }], marker: undefined });
    expect((await readContainers(answer(204, {}))).containers).toEqual([]);
    expect((await readContainers(answer(200, {}, "[]"))).containers).toEqual([]);
  });

  test("objects and groups, with either way to write times", async () => {
    const rows = [
      { subdir: "dir/" },
      { name: "rgw", hash: "6f59", bytes: 12, content_type: "text/plain", last_modified: "2026-11-23T18:29:39.571Z" },
      { name: "swift", hash: "509b", bytes: 9, last_modified: "2026-11-23T18:29:38.566790" },
      { name: "slo", hash: "d1de", slo_etag: '"17ae"', bytes: 10, last_modified: "2026-11-23T18:30:01.845310" },
    ];
    const { objects } = await readObjects(answer(200, {}, JSON.stringify(rows)));
    expect(objects).toMatchObject([
      { kind: "subdir", key: "dir/" },
      { key: "rgw", modifiedMs: Date.parse("2026-11-23T18:29:39.571Z"), contentType: "text/plain" },
      { key: "swift", modifiedMs: Date.parse("2026-11-23T18:29:38.566Z"), etag: "509b" },
      { key: "slo", etag: '"17ae"' },
    ]);
  });

  test("a page of 1,000 may be followed by another, since RGW gives fewer rows than it was asked for", async () => {
    const rows = (count: number): string =>
      JSON.stringify(Array.from({ length: count }, (_, n) => ({ name: `o${String(n).padStart(5, "0")}`, bytes: 0 })));
    expect((await readObjects(answer(200, {}, rows(999)))).marker).toBeUndefined();
    expect((await readObjects(answer(200, {}, rows(1000)))).marker).toBe("o00999");
    expect((await readObjects(answer(200, {}, rows(10_000)))).marker).toBe("o09999");
    expect((await readObjects(answer(200, {}, rows(127)), 128)).marker).toBeUndefined();
    expect((await readObjects(answer(200, {}, rows(128)), 128)).marker).toBe("o00127");
  });

  test.each(["[{", "<html></html>", '{"a":1}', "[1]"])("a listing that is none is refused: %s", async (text) => {
    await expect(readObjects(answer(200, {}, text))).rejects.toMatchObject({ code: "BadAnswer" });
  });

  test.each([
    ["JSON", '{"Code":"NoSuchBucket","Message":"","BucketName":"nope"}', "NoSuchBucket"],
    ["a bare word", "NoSuchKey", "NoSuchKey"],
    ["a page", "<html><h1>Not Found</h1><p>The resource could not be found.</p></html>", "HTTP 404"],
    ["nothing", "", "HTTP 404"],
  ])("an error as %s", async (_, text, code) => {
    const error = await readSwiftError(answer(404, { "x-openstack-request-id": "tx1" }, text));
    expect(error).toMatchObject({ code, status: 404, requestId: "tx1" });
  });

  test("the sentence of Swift's page is the message", async () => {
    const text = "<html><h1>Conflict</h1><p>There was a conflict when trying to complete your request.</p></html>";
    await expect(readDone(answer(409, {}, text))).rejects.toThrow("There was a conflict");
  });

  test("the head of an object; a segmented one has no MD5", async () => {
    const headers = {
      "content-length": "5",
      "content-range": "bytes 0-4/12",
      "last-modified": "Mon, 23 Nov 2026 18:29:39 GMT",
      etag: "6f5902ac237024bdd0c176cb93063dc4",
      "x-object-meta-fruit": "pear",
    };
    const head = await readObjectHead(answer(206, headers));
    expect(head).toMatchObject({
      bytes: 12,
      metadata: { fruit: "pear" },
      checksum: { algorithm: "md5", value: "6f5902ac237024bdd0c176cb93063dc4" },
    });
    const segmented = await readObjectHead(answer(206, { ...headers, "x-static-large-object": "True" }));
    expect(segmented.checksum).toBeUndefined();
  });
});
