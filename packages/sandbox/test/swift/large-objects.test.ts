import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Answer, Client } from "./clients.ts";

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const parts = ["part0", "part1", "part2"].map((text) => text.repeat(10));
const whole = parts.join("");
const wholeEtag = md5(parts.map(md5).join(""));

async function startFilled(): Promise<Client> {
  const swift = await startSwift();
  for (const name of ["cont", "segments"]) await swift("PUT", `/${name}`);
  for (const [at, body] of parts.entries()) await swift("PUT", `/segments/big/${at}`, { body });
  return swift;
}

const claims = parts.map((text, at) => ({ path: `/segments/big/${at}`, etag: md5(text), size_bytes: text.length }));
const putManifest = (swift: Client, list: unknown, path = "/cont/slo"): Promise<Answer> =>
  swift("PUT", `${path}?multipart-manifest=put`, {
    headers: { "content-type": "text/plain", "x-object-meta-k": "v" },
    body: typeof list === "string" ? list : JSON.stringify(list),
  });

async function startStatic(): Promise<Client> {
  const swift = await startFilled();
  expect(await putManifest(swift, claims)).toMatchObject({ status: 201, headers: { etag: `"${wholeEtag}"` } });
  return swift;
}

async function startDynamic(): Promise<Client> {
  const swift = await startFilled();
  const headers = { "x-object-manifest": "segments/big/", "content-type": "text/plain" };
  expect((await swift("PUT", "/cont/dlo", { headers })).status).toBe(201);
  return swift;
}

test("a static large object is its segments", async () => {
  const swift = await startStatic();
  const headers = {
    "content-length": "150",
    etag: `"${wholeEtag}"`,
    "x-static-large-object": "True",
    "x-object-meta-k": "v",
    "content-type": "text/plain",
  };
  expect(await swift("HEAD", "/cont/slo")).toMatchObject({ status: 200, headers });
  expect(await swift("GET", "/cont/slo")).toMatchObject({ status: 200, text: whole, headers });
});

test.each([
  ["bytes=45-104", whole.slice(45, 105)],
  ["bytes=-3", whole.slice(-3)],
  ["bytes=50-50", "p"],
])("%s of large objects, across borders", async (range, text) => {
  for (const [swift, path] of [
    [await startStatic(), "/cont/slo"],
    [await startDynamic(), "/cont/dlo"],
  ] as const) {
    expect(await swift("GET", path, { headers: { range } })).toMatchObject({ status: 206, text });
  }
});

test("multipart-manifest=get lists the segments", async () => {
  const swift = await startStatic();
  const answer = await swift("GET", "/cont/slo?multipart-manifest=get");
  const [first] = answer.json() as object[];
  expect(first).toMatchObject({ name: "/segments/big/0", bytes: 50, hash: md5(parts[0] ?? "") });
  expect((await swift("GET", "/cont/slo?multipart-manifest=get&format=raw")).json()).toEqual(claims);
});

test("in a listing a static large object has the size of its manifest", async () => {
  const swift = await startStatic();
  const [entry] = (await swift("GET", "/cont?format=json")).json() as { bytes: number }[];
  expect(entry?.bytes).toBeLessThan(150);
});

test.each([
  ["a wrong size", [{ ...claims[0], size_bytes: 1 }], 400, "InvalidArgument"],
  ["a segment that is missing", [{ ...claims[0], path: "/segments/nope" }], 404, "NoSuchKey"],
  ["a container that is missing", [{ ...claims[0], path: "/nope/big/0" }], 404, "NoSuchBucket"],
  ["no path", [{ ...claims[0], path: "nopath" }], 400, "InvalidArgument"],
  ["nothing", [], 400, "InvalidArgument"],
  ["no JSON", "xx", 400, "InvalidArgument"],
  ["too many", Array.from({ length: 1001 }, () => claims[0]), 400, "InvalidArgument"],
])("a manifest with %s", async (_, list, status, text) => {
  const swift = await startFilled();
  expect(await putManifest(swift, list)).toMatchObject({ status, text });
  expect((await swift("GET", "/cont/slo")).status).toBe(404);
});

test("multipart-manifest=delete removes the segments, too", async () => {
  const swift = await startStatic();
  const headers = { accept: "application/json" };
  expect((await swift("DELETE", "/cont/slo?multipart-manifest=delete", { headers })).json()).toEqual({
    "Number Deleted": 4,
    "Number Not Found": 0,
    "Response Body": "",
    "Response Status": "200 OK",
    Errors: [],
  });
  expect((await swift("GET", "/segments")).status).toBe(204);
  expect((await swift("DELETE", "/cont/slo?multipart-manifest=delete")).text).toBe(
    "Number Deleted: 0\nNumber Not Found: 0\nResponse Body: \nResponse Status: 400 Bad Request\nErrors: \n" +
      "cont/slo, 400 Bad Request\n",
  );
});

test("removing a large object leaves its segments; a segment less, and it is gone", async () => {
  const swift = await startStatic();
  await putManifest(swift, claims, "/cont/other");
  await swift("DELETE", "/cont/other");
  expect((await swift("GET", "/cont/slo")).text).toBe(whole);
  await swift("DELETE", "/segments/big/1");
  expect((await swift("GET", "/cont/slo")).status).toBe(404);
});

test("a segment that became another one is not passed off as the object", async () => {
  const swift = await startStatic();
  await swift("PUT", "/segments/big/1", { body: "shorter" });
  expect((await swift("GET", "/cont/slo")).status).toBe(404);
});

test("a copy of a large object is another manifest of the same segments", async () => {
  const swift = await startStatic();
  await swift("COPY", "/cont/slo", { headers: { destination: "cont/copy" } });
  expect(await swift("GET", "/cont/copy")).toMatchObject({ text: whole, headers: { etag: `"${wholeEtag}"` } });
  await swift("POST", "/cont/copy", { headers: { "x-object-meta-z": "1" } });
  expect(await swift("HEAD", "/cont/copy")).toMatchObject({ headers: { "content-length": "150" } });
});

test("a dynamic large object is what its prefix has", async () => {
  const swift = await startDynamic();
  const headers = { "content-length": "150", etag: `"${wholeEtag}"`, "x-object-manifest": "segments/big/" };
  expect(await swift("HEAD", "/cont/dlo")).toMatchObject({ headers });
  expect((await swift("GET", "/cont/dlo")).text).toBe(whole);
  await swift("PUT", "/segments/big/3", { body: "more" });
  expect((await swift("GET", "/cont/dlo")).text).toBe(`${whole}more`);
  await swift("POST", "/cont/dlo", { headers: { "x-object-meta-z": "1" } });
  expect((await swift("HEAD", "/cont/dlo")).headers["x-object-manifest"]).toBe("segments/big/");
});

test("a dynamic large object without segments, without a container, without a prefix", async () => {
  const swift = await startFilled();
  const put = (manifest: string): Promise<Answer> =>
    swift("PUT", "/cont/dlo", { headers: { "x-object-manifest": manifest } });
  expect((await put("nope")).status).toBe(400);
  await put("segments/none");
  expect(await swift("GET", "/cont/dlo")).toMatchObject({ status: 200, text: "" });
  await put("nope/none");
  expect(await swift("GET", "/cont/dlo")).toMatchObject({ status: 404, text: "NoSuchKey" });
});

test("a public manifest does not publish segments of a private container", async () => {
  const swift = await startStatic();
  await swift("POST", "/cont", { headers: { "x-container-read": ".r:*" } });
  const read = async (): Promise<number> =>
    (await swift("GET", "/cont/slo", { headers: { "x-auth-token": "" } })).status;
  expect(await read()).toBe(401);
  await swift("POST", "/segments", { headers: { "x-container-read": ".r:*" } });
  expect(await read()).toBe(200);
});
