import { expect, test } from "vitest";
import { openStorage } from "../../src/storage/open.ts";
import { createSwift } from "../../src/swift/swift.ts";
import { request, startSwift } from "./clients.ts";

test("info is for everybody, and names only what works", async () => {
  await using stack = new AsyncDisposableStack();
  const storage = await openStorage({ memory: true });
  stack.defer(() => storage.close());
  const identity = {
    findKey: () => Promise.reject(new Error("asked")),
    findToken: () => Promise.reject(new Error("asked")),
  };
  const answer = await request(createSwift({ storage, identity }), "GET", "/swift/info");
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({
    bulk_delete: {},
    swift: {
      max_file_size: 5368709120,
      container_listing_limit: 10000,
      version: "16.2.15",
      policies: [{ default: true, name: "default-placement" }],
      max_object_name_size: 1024,
      strict_cors_mode: true,
      max_container_name_length: 255,
    },
    tempurl: { methods: ["GET", "HEAD", "PUT", "POST", "DELETE"] },
    slo: { max_manifest_segments: 1000 },
  });
});

test.each([
  ["PUT", "/cont/a", { "x-delete-after": "60" }],
  ["POST", "/cont", { "x-container-meta-quota-bytes": "1" }],
  ["PUT", "/cont?extract-archive=tar", {}],
  ["GET", "/cont?path=dir", {}],
  ["GET", "/cont/a?temp_url_sig=00&temp_url_expires=1&temp_url_prefix=a", {}],
])("%s %s with %j is not implemented", async (method, path, headers) => {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  expect(await swift(method, path, { headers })).toMatchObject({ status: 501, text: "NotImplemented" });
  expect((await swift("GET", "/cont")).status).toBe(204);
});

test("other methods and other paths", async () => {
  const swift = await startSwift();
  expect(await swift("PATCH", "/cont")).toMatchObject({ status: 405, text: "MethodNotAllowed" });
  expect(await swift("GET", "2/cont")).toMatchObject({ status: 404, text: "NoSuchKey" });
  expect(await swift("GET", "//object")).toMatchObject({ status: 412, text: "Bad URL" });
});
