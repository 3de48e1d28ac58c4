import { afterEach, beforeEach, expect, test } from "vitest";
import { mallory, startStore, type Store } from "./store.ts";

let store: Store;
beforeEach(async () => (store = await startStore()));
afterEach(() => store[Symbol.asyncDispose]());

test("ListBuckets_own_by_name", async () => {
  for (const name of ["bbb", "aaa"]) await store.ask("PUT", `/${name}`);
  await store.ask("PUT", "/theirs", { as: mallory });
  const { text, headers } = await store.ask("GET", "/");
  expect([...text.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name]) => name)).toEqual(["aaa", "bbb"]);
  expect(text).toContain("<ID>1f8c1281d5f749cfbfaa32fa6905be94</ID><DisplayName>vo.pangeo.eu</DisplayName>");
  expect(headers["x-amz-request-id"]).toMatch(/^tx[0-9a-f]{21}-[0-9a-f]{10}-101c-default$/);
});

test("CreateBucket_again_own", async () => {
  expect(await store.ask("PUT", "/bucket")).toMatchObject({ status: 200 });
  expect(await store.ask("PUT", "/bucket")).toMatchObject({ status: 200 });
});

test("CreateBucket_taken_by_another_project", async () => {
  await store.ask("PUT", "/bucket");
  const answer = await store.ask("PUT", "/bucket", { as: mallory });
  expect(answer).toMatchObject({ status: 409, code: "BucketAlreadyExists" });
  expect(answer.text).toContain("<BucketName>bucket</BucketName>");
});

test.each(["Bad_Name", "ab", "a".repeat(64), "-abc", "abc-", "a..b", "192.168.0.1"])(
  "CreateBucket_bad_name %s",
  async (name) => {
    expect(await store.ask("PUT", `/${name}`)).toMatchObject({ status: 400, code: "InvalidBucketName" });
  },
);

const configuration = (constraint: string) =>
  `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${constraint}</LocationConstraint></CreateBucketConfiguration>`;

test.each(["us-east-1", "aws-global", "default:other"])("CreateBucket_unknown_location %s", async (constraint) => {
  const answer = await store.ask("PUT", "/bucket", { body: configuration(constraint) });
  expect(answer).toMatchObject({ status: 400, code: "InvalidLocationConstraint" });
});

test.each(["", "default", "default:default-placement", ":default-placement"])(
  "CreateBucket_location %s",
  async (constraint) => {
    expect(await store.ask("PUT", "/bucket", { body: configuration(constraint) })).toMatchObject({ status: 200 });
  },
);

test("CreateBucket_malformed_xml", async () => {
  for (const body of ["<Create", "<Other/>", `<!DOCTYPE a [<!ENTITY b "c">]>${configuration("&b;")}`]) {
    expect(await store.ask("PUT", "/bucket", { body })).toMatchObject({ status: 400, code: "MalformedXML" });
  }
});

test("HeadBucket_counts", async () => {
  await store.ask("PUT", "/bucket");
  await store.ask("PUT", "/bucket/key", { body: "12345" });
  const { status, headers, text } = await store.ask("HEAD", "/bucket");
  expect({ status, text }).toEqual({ status: 200, text: "" });
  expect(headers).toMatchObject({ "X-RGW-Object-Count": "1", "X-RGW-Bytes-Used": "5" });
});

test("DeleteBucket_not_empty_then_empty_then_gone", async () => {
  await store.ask("PUT", "/bucket");
  await store.ask("PUT", "/bucket/key", { body: "1" });
  expect(await store.ask("DELETE", "/bucket")).toMatchObject({ status: 409, code: "BucketNotEmpty" });
  await store.ask("DELETE", "/bucket/key");
  expect(await store.ask("DELETE", "/bucket")).toMatchObject({ status: 204 });
  expect(await store.ask("DELETE", "/bucket")).toMatchObject({ status: 404, code: "NoSuchBucket" });
});

test.each([
  ["location", 200, undefined],
  ["acl", 200, undefined],
  ["versioning", 200, undefined],
  ["logging", 200, undefined],
  ["policyStatus", 200, undefined],
  ["publicAccessBlock", 200, undefined],
  ["requestPayment", 200, undefined],
  ["encryption", 200, undefined],
  ["policy", 404, "NoSuchBucketPolicy"],
  ["cors", 404, "NoSuchCORSConfiguration"],
  ["lifecycle", 404, "NoSuchLifecycleConfiguration"],
  ["tagging", 404, "NoSuchTagSet"],
  ["object-lock", 404, "ObjectLockConfigurationNotFoundError"],
  ["website", 405, "MethodNotAllowed"],
])("bucket sub-resource %s: %d %s", async (name, status, code) => {
  await store.ask("PUT", "/bucket");
  expect(await store.ask("GET", `/bucket?${name}`)).toMatchObject({ status, code });
  expect(await store.ask("GET", `/bucket?${name}`, { as: mallory })).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
});

test.each([
  ["GET", "?replication", "GetBucketReplication"],
  ["PUT", "?versioning", "PutBucketVersioning"],
  ["DELETE", "?cors", "DeleteBucketCors"],
  ["GET", "?versions", "ListObjectVersions"],
  ["POST", "", "PostObject"],
  ["GET", "/key?attributes", "GetObjectAttributes"],
  ["POST", "/key?select&select-type=2", "SelectObjectContent"],
])("what is not there is named: %s %s", async (method, target, name) => {
  await store.ask("PUT", "/bucket");
  const answer = await store.ask(method, `/bucket${target}`);
  expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
  expect(answer.text).toContain(`<Message>${name} is not implemented.</Message>`);
});
