import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Answer, Client } from "./clients.ts";

const expires = Math.floor(Date.now() / 1000) + 600;
const sign = (text: string, key = "key-1", digest = "sha1"): string =>
  createHmac(digest, key).update(text).digest("hex");
const signed = (method: string, path: string, key?: string, digest?: string): string =>
  `temp_url_sig=${sign(`${method}\n${expires}\n${path}`, key, digest)}&temp_url_expires=${expires}`;
const inBase64 = (path: string): string => {
  const bytes = createHmac("sha512", "key-1").update(`GET\n${expires}\n${path}`).digest("base64url");
  return `temp_url_sig=sha512:${bytes}&temp_url_expires=${expires}`;
};

async function startFilled(): Promise<Client> {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  await swift("PUT", "/cont/dir/a%26b.txt", { body: "hello" });
  await swift("POST", "", {
    headers: { "x-account-meta-temp-url-key": "key-1", "x-account-meta-temp-url-key-2": "key-2" },
  });
  return swift;
}

const anonymous = (swift: Client, method: string, path: string): Promise<Answer> =>
  swift(method, path, { headers: { "x-auth-token": "" }, ...(method === "PUT" ? { body: "up" } : {}) });

test("the account's keys are read back", async () => {
  const swift = await startFilled();
  await swift("POST", "", { headers: { "x-remove-account-meta-temp-url-key-2": "x" } });
  const { headers } = await swift("HEAD", "");
  expect(headers["x-account-meta-temp-url-key"]).toBe("key-1");
  expect(headers).not.toHaveProperty("x-account-meta-temp-url-key-2");
});

test.each([
  ["the path of the URL, decoded", signed("GET", "/swift/v1/cont/dir/a&b.txt")],
  ["the path without /swift", signed("GET", "/v1/cont/dir/a&b.txt")],
  ["the second key", signed("GET", "/v1/cont/dir/a&b.txt", "key-2")],
  ["the path, with SHA-256", signed("GET", "/v1/cont/dir/a&b.txt", "key-1", "sha256")],
  ["the path, with SHA-512 in base 64 as swiftclient writes it", inBase64("/v1/cont/dir/a&b.txt")],
])("a GET signed over %s", async (_, query) => {
  const swift = await startFilled();
  expect(await anonymous(swift, "GET", `/cont/dir/a%26b.txt?${query}`)).toMatchObject({
    status: 200,
    text: "hello",
    headers: { "content-disposition": 'attachment; filename="dir%2Fa%26b.txt"' },
  });
});

test("the account may stand in the path, and is signed then", async () => {
  const swift = await startFilled();
  const path = "/AUTH_project-1/cont/dir/a%26b.txt";
  const query = signed("GET", "/v1/AUTH_project-1/cont/dir/a&b.txt");
  expect((await anonymous(swift, "GET", `${path}?${query}`)).text).toBe("hello");
  const bare = signed("GET", "/v1/cont/dir/a&b.txt");
  expect((await anonymous(swift, "GET", `${path}?${bare}`)).status).toBe(403);
});

test.each([
  ["MD5", signed("GET", "/v1/cont/dir/a&b.txt", "key-1", "md5"), 403],
  ["another digest than the one named", inBase64("/v1/cont/dir/a&b.txt").replace("sha512", "sha256"), 403],
  ["an encoded path", signed("GET", "/v1/cont/dir/a%26b.txt"), 403],
  ["another key", signed("GET", "/v1/cont/dir/a&b.txt", "other"), 403],
  ["another method", signed("PUT", "/v1/cont/dir/a&b.txt"), 403],
  ["another object", signed("GET", "/v1/cont/dir/c"), 403],
  ["no time", signed("GET", "/v1/cont/dir/a&b.txt").replace(/&.*/, ""), 401],
  ["a time that is none", "temp_url_sig=x&temp_url_expires=abc", 401],
  ["a time that is past", `temp_url_sig=${sign("GET\n1\n/v1/cont/dir/a&b.txt")}&temp_url_expires=1`, 401],
])("refused: %s", async (_, query, status) => {
  const swift = await startFilled();
  const answer = await anonymous(swift, "GET", `/cont/dir/a%26b.txt?${query}`);
  expect(answer).toMatchObject({ status, text: "AccessDenied" });
});

test("a HEAD may use what was signed for GET or PUT, and a GET only its own", async () => {
  const swift = await startFilled();
  const head = (method: string): Promise<Answer> =>
    anonymous(swift, "HEAD", `/cont/dir/a%26b.txt?${signed(method, "/v1/cont/dir/a&b.txt")}`);
  for (const method of ["HEAD", "GET", "PUT"]) expect((await head(method)).status).toBe(200);
  expect((await head("POST")).status).toBe(403);
});

test("PUT, POST and DELETE", async () => {
  const swift = await startFilled();
  const ask = (method: string): Promise<Answer> =>
    anonymous(swift, method, `/cont/up?${signed(method, "/v1/cont/up")}`);
  expect((await ask("PUT")).status).toBe(201);
  expect((await swift("GET", "/cont/up")).text).toBe("up");
  expect((await ask("POST")).status).toBe(202);
  expect((await ask("DELETE")).status).toBe(204);
  expect((await ask("GET")).status).toBe(404);
});

test("what a browser is to do with it", async () => {
  const swift = await startFilled();
  await swift("PUT", "/cont/own", { headers: { "content-disposition": "attachment; filename=mine" }, body: "x" });
  const disposition = async (object: string, more: string): Promise<unknown> => {
    const answer = await anonymous(swift, "GET", `/cont/${object}?${signed("GET", `/v1/cont/${object}`)}${more}`);
    return answer.headers["content-disposition"];
  };
  await swift("PUT", "/cont/plain", { body: "x" });
  expect(await disposition("plain", "&filename=n%20a.txt")).toBe('attachment; filename="n%20a.txt"');
  expect(await disposition("plain", "&inline")).toBe("inline");
  expect(await disposition("own", "")).toBe("attachment; filename=mine");
});

test("a container, and one that is not there, cannot be shared so", async () => {
  const swift = await startFilled();
  expect((await anonymous(swift, "GET", `/cont?${signed("GET", "/v1/cont")}`)).status).toBe(403);
  expect((await anonymous(swift, "GET", `/nope/x?${signed("GET", "/v1/nope/x")}`)).status).toBe(403);
});

test("a bad signature is refused whatever token comes with it", async () => {
  const swift = await startFilled();
  const query = signed("GET", "/v1/cont/dir/a&b.txt", "other");
  expect((await swift("GET", `/cont/dir/a%26b.txt?${query}`)).status).toBe(403);
});
