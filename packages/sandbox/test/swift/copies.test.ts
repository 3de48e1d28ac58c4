import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Client } from "./clients.ts";

const etag = "6f5902ac237024bdd0c176cb93063dc4"; // of "hello world\n"

async function startFilled(): Promise<Client> {
  const swift = await startSwift();
  for (const name of ["from", "dest"]) await swift("PUT", `/${name}`);
  const headers = { "content-type": "text/plain", "content-encoding": "identity", "x-object-meta-fruit": "pear" };
  await swift("PUT", "/from/dir/a%26b.txt", { headers, body: "hello world\n" });
  return swift;
}

test("COPY answers what it copied", async () => {
  const swift = await startFilled();
  const answer = await swift("COPY", "/from/dir/a%26b.txt", { headers: { destination: "/dest/x%20y" } });
  expect(answer).toMatchObject({
    status: 201,
    text: "",
    headers: {
      etag,
      "x-copied-from": "from/dir%2Fa%26b.txt",
      "x-copied-from-account": "project-1",
      "x-copied-from-last-modified": expect.stringMatching(/ GMT$/),
      "x-object-meta-fruit": "pear",
      "content-type": "text/plain",
    },
  });
  expect(await swift("GET", "/dest/x%20y")).toMatchObject({ text: "hello world\n", headers: { etag } });
});

test("metadata given with a copy joins the source's", async () => {
  const swift = await startFilled();
  const headers = { destination: "dest/m", "x-object-meta-new": "1", "content-type": "text/csv" };
  await swift("COPY", "/from/dir/a%26b.txt", { headers });
  expect((await swift("HEAD", "/dest/m")).headers).toMatchObject({
    "x-object-meta-fruit": "pear",
    "x-object-meta-new": "1",
    "content-type": "text/csv",
    "content-encoding": "identity",
  });
});

test("X-Fresh-Metadata leaves the source's metadata and type behind", async () => {
  const swift = await startFilled();
  const headers = { destination: "dest/f", "x-object-meta-new": "1", "x-fresh-metadata": "true" };
  await swift("COPY", "/from/dir/a%26b.txt", { headers });
  const told = (await swift("HEAD", "/dest/f")).headers;
  expect(told).toMatchObject({ "x-object-meta-new": "1", "content-type": "binary/octet-stream" });
  expect(told).not.toHaveProperty("x-object-meta-fruit");
});

test("PUT with X-Copy-From, onto itself too", async () => {
  const swift = await startFilled();
  const headers = { "x-copy-from": "/from/dir/a%26b.txt", "x-object-meta-new": "2" };
  for (const path of ["/dest/p", "/from/dir/a%26b.txt"]) {
    expect((await swift("PUT", path, { headers })).status).toBe(201);
    const told = (await swift("HEAD", path)).headers;
    expect(told).toMatchObject({ etag, "x-object-meta-fruit": "pear", "x-object-meta-new": "2" });
  }
});

test.each([
  ["COPY", "/from/nope", { destination: "dest/f" }, 404, "NoSuchKey"],
  ["COPY", "/from/dir/a%26b.txt", { destination: "nope/f" }, 404, "NoSuchBucket"],
  ["COPY", "/from/dir/a%26b.txt", { destination: "nope" }, 412, "Bad URL"],
  ["COPY", "/from/dir/a%26b.txt", {}, 412, "Bad URL"],
  ["PUT", "/dest/p", { "x-copy-from": "/from/nope" }, 404, "NoSuchKey"],
  ["PUT", "/dest/p", { "x-copy-from": "nope" }, 412, "Bad URL"],
])("%s %s with %j", async (method, path, headers, status, text) => {
  const swift = await startFilled();
  expect(await swift(method, path, { headers: { ...headers } })).toMatchObject({ status, text });
});

test("nobody copies what they may not read, nor to where they may not write", async () => {
  const swift = await startFilled();
  const theirs = { "x-auth-token": "theirs" };
  await swift("PUT", "/their", { headers: theirs });
  const copy = (destination: string) => swift("COPY", "/from/dir/a%26b.txt", { headers: { ...theirs, destination } });
  expect((await copy("their/a")).status).toBe(403);
  await swift("POST", "/from", { headers: { "x-container-read": "project-2:*" } });
  expect((await copy("their/a")).status).toBe(201);
  expect((await copy("from/a")).status).toBe(403);
});
