import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Client } from "./clients.ts";

/** The container of the captures. */
async function startFilled(): Promise<Client> {
  const swift = await startSwift();
  await swift("PUT", "/cap-cont", { headers: { "x-container-meta-colour": "blue" } });
  const headers = { "content-type": "text/plain" };
  for (const name of ["dir/a.txt", "dir/b.txt", "dir/sub/c.txt", "résumé x.txt", "top.txt"]) {
    await swift("PUT", `/cap-cont/${encodeURI(name)}`, { headers, body: name });
  }
  return swift;
}

function listed(answer: { json(): unknown }): string[] {
  return (answer.json() as { name?: string; subdir?: string }[]).map(
    ({ name, subdir }) => name ?? `${subdir} (subdir)`,
  );
}

test("PutContainer, new and again", async () => {
  const swift = await startSwift();
  const headers = { "x-container-meta-colour": "blue" };
  expect(await swift("PUT", "/cap-cont", { headers })).toMatchObject({
    status: 201,
    text: "",
    headers: { "content-length": "0", "content-type": "text/plain; charset=utf-8", "accept-ranges": "bytes" },
  });
  expect((await swift("PUT", "/cap-cont")).status).toBe(202);
  expect((await swift("HEAD", "/cap-cont")).headers["x-container-meta-colour"]).toBe("blue");
});

test("PutContainer, twenty at once", async () => {
  const swift = await startSwift();
  const answers = await Promise.all(Array.from({ length: 20 }, () => swift("PUT", "/cont")));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array(19).fill(202)]);
});

test.each([
  ["ab", 400, "InvalidBucketName"],
  [".hidden", 400, "InvalidBucketName"],
  ["x".repeat(256), 400, "InvalidBucketName"],
  ["%ff%fe%fd", 412, "Invalid UTF8 or contains NULL"],
  ["a%00b", 412, "Invalid UTF8 or contains NULL"],
])("PutContainer %s is refused", async (name, status, text) => {
  const swift = await startSwift();
  expect(await swift("PUT", `/${name}`)).toMatchObject({ status, text });
});

test.each(["Upper_Case and space", "résumé", "x".repeat(255)])("PutContainer %s", async (name) => {
  const swift = await startSwift();
  expect((await swift("PUT", `/${encodeURIComponent(name)}`)).status).toBe(201);
  expect((await swift("GET", "")).text).toBe(`${name}\n`);
});

test("HeadContainer", async () => {
  const swift = await startFilled();
  const answer = await swift("HEAD", "/cap-cont");
  expect(answer).toMatchObject({
    status: 204,
    text: "",
    headers: {
      "x-timestamp": expect.stringMatching(/^[1-9]\d{9}\.\d{5}$/),
      "x-container-object-count": "5",
      "x-container-bytes-used": "52",
      "x-storage-policy": "default-placement",
      "x-storage-class": "STANDARD",
      "x-container-meta-colour": "blue",
      "last-modified": expect.stringMatching(/ GMT$/),
      "content-type": "text/plain; charset=utf-8",
    },
  });
});

test("HeadContainer and GetContainer, missing", async () => {
  const swift = await startSwift();
  const head = await swift("HEAD", "/nope");
  expect(head).toMatchObject({ status: 404, text: "", headers: { "content-length": "12" } });
  const answer = await swift("GET", "/nope?format=json");
  expect(answer.status).toBe(404);
  expect(answer.json()).toMatchObject({ Code: "NoSuchBucket", BucketName: "nope" });
});

test("GetContainer as JSON, entries as RGW writes them", async () => {
  const swift = await startFilled();
  await swift("PUT", "/cap-cont/untyped", { body: "x" });
  const answer = await swift("GET", "/cap-cont?format=json");
  expect(answer.headers).toMatchObject({ "x-timestamp": "0.00000", "x-container-object-count": "6" });
  const entries = answer.json() as object[];
  expect(entries[0]).toEqual({
    name: "dir/a.txt",
    hash: "79a560ca74f21a48e686ba43eff8fecd",
    bytes: 9,
    content_type: "text/plain",
    last_modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  expect(entries.at(-1)).not.toHaveProperty("content_type");
});

test("GetContainer with delimiter, prefix, marker and limit", async () => {
  const swift = await startFilled();
  const list = async (query: string): Promise<string[]> => listed(await swift("GET", `/cap-cont?format=json&${query}`));
  expect(await list("delimiter=/")).toEqual(["dir/ (subdir)", "résumé x.txt", "top.txt"]);
  expect(await list("prefix=dir/&delimiter=/")).toEqual(["dir/a.txt", "dir/b.txt", "dir/sub/ (subdir)"]);
  expect(await list("limit=2")).toEqual(["dir/a.txt", "dir/b.txt"]);
  expect(await list("limit=2&marker=dir/b.txt")).toEqual(["dir/sub/c.txt", "résumé x.txt"]);
  expect(await list("end_marker=dir/b.txt")).toEqual(["dir/a.txt"]);
  expect(await list("limit=20000")).toHaveLength(5);
  expect(await list("delimiter=/&marker=dir/")).toEqual(["résumé x.txt", "top.txt"]);
  expect(await swift("GET", "/cap-cont?limit=many")).toMatchObject({ status: 400, text: "InvalidArgument" });
});

test("GetContainer as text; nothing to list is a 204", async () => {
  const swift = await startFilled();
  expect(await swift("GET", "/cap-cont?delimiter=/")).toMatchObject({
    status: 200,
    text: "dir/\nrésumé x.txt\ntop.txt\n",
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
  expect(await swift("GET", "/cap-cont?prefix=none")).toMatchObject({ status: 204, text: "" });
});

test("a trailing slash is the container still", async () => {
  const swift = await startFilled();
  expect((await swift("GET", "/cap-cont/?limit=1")).text).toBe("dir/a.txt\n");
});

test("PostContainer sets, keeps and removes metadata", async () => {
  const swift = await startFilled();
  const headers = { "x-container-meta-size": "big" };
  expect((await swift("POST", "/cap-cont", { headers })).status).toBe(204);
  expect((await swift("HEAD", "/cap-cont")).headers).toMatchObject({
    "x-container-meta-colour": "blue",
    "x-container-meta-size": "big",
  });
  await swift("POST", "/cap-cont", { headers: { "x-remove-container-meta-colour": "x", "x-container-meta-size": "" } });
  const after = (await swift("HEAD", "/cap-cont")).headers;
  expect(Object.keys(after).filter((name) => name.startsWith("x-container-meta-"))).toEqual([]);
  expect((await swift("POST", "/nope")).status).toBe(404);
});

test("DeleteContainer, not empty, empty, missing", async () => {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  await swift("PUT", "/cont/a", { body: "x" });
  expect(await swift("DELETE", "/cont")).toMatchObject({
    status: 409,
    text: "There was a conflict when trying to complete your request.",
    headers: { "content-length": "58" },
  });
  await swift("DELETE", "/cont/a");
  expect(await swift("DELETE", "/cont")).toMatchObject({ status: 204, text: "" });
  expect(await swift("DELETE", "/cont")).toMatchObject({ status: 404, text: "NoSuchBucket" });
});
