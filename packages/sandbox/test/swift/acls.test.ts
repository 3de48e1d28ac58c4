import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Answer, Ask, Client } from "./clients.ts";

async function startWith(headers: Record<string, string>): Promise<Client> {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  await swift("PUT", "/cont/a", { body: "hello" });
  expect((await swift("POST", "/cont", { headers })).status).toBe(204);
  return swift;
}

const as =
  (token: string) =>
  (swift: Client, method: string, path: string, ask: Ask = {}): Promise<Answer> =>
    swift(method, path, { ...ask, headers: { ...ask.headers, "x-auth-token": token } });
const anybody = as("");
const theirs = as("theirs");

/** Statuses of reading the object, listing and looking at the container. */
async function reading(swift: Client, who: typeof anybody): Promise<number[]> {
  const answers = [who(swift, "GET", "/cont/a"), who(swift, "GET", "/cont/"), who(swift, "HEAD", "/cont/")];
  return (await Promise.all(answers)).map(({ status }) => status);
}

test.each([
  [".r:*", [200, 200, 204], [200, 200, 204]],
  [".r:*,.rlistings", [200, 200, 204], [200, 200, 204]],
  [".rlistings", [401, 403, 403], [403, 403, 403]],
  ["project-2:*", [401, 403, 403], [200, 200, 204]],
  ["project-2:user", [401, 403, 403], [200, 200, 204]],
  ["project-2:other", [401, 403, 403], [403, 403, 403]],
  ["*:user", [401, 403, 403], [200, 200, 204]],
  ["project-2", [401, 403, 403], [200, 200, 204]],
  ["*:*", [401, 403, 403], [403, 403, 403]],
  ["", [401, 403, 403], [403, 403, 403]],
])("X-Container-Read: %s", async (acl, forAnybody, forThem) => {
  const swift = await startWith({ "x-container-read": acl });
  expect((await swift("HEAD", "/cont")).headers["x-container-read"]).toBe(acl === "" ? undefined : acl);
  expect(await reading(swift, anybody)).toEqual(forAnybody);
  expect(await reading(swift, theirs)).toEqual(forThem);
});

test("referrers", async () => {
  const swift = await startWith({ "x-container-read": ".r:*.example.com, .r:-bad.example.com" });
  expect((await swift("HEAD", "/cont")).headers["x-container-read"]).toBe(".r:.example.com,.r:-bad.example.com");
  const from = async (referer: string): Promise<number> =>
    (await anybody(swift, "GET", "/cont/a", { headers: { referer } })).status;
  expect(await from("http://www.example.com/x")).toBe(200);
  expect(await from("http://bad.example.com/x")).toBe(401);
  expect(await from("http://example.org/")).toBe(401);
  expect((await anybody(swift, "GET", "/cont/a")).status).toBe(401);
});

test.each([
  ["x-container-read", ".r:"],
  ["x-container-write", ".r:*"],
])("%s: %s is refused", async (name, acl) => {
  const swift = await startWith({ "x-container-read": "project-2:*" });
  expect(await swift("POST", "/cont", { headers: { [name]: acl } })).toMatchObject({
    status: 400,
    text: "InvalidArgument",
  });
  expect((await swift("HEAD", "/cont")).headers["x-container-read"]).toBe("project-2:*");
});

test("one ACL is changed and the other stays; an empty header takes one away", async () => {
  const swift = await startWith({ "x-container-read": ".r:*", "x-container-write": "project-2:*" });
  await swift("POST", "/cont", { headers: { "x-container-read": "" } });
  const { headers } = await swift("HEAD", "/cont");
  expect(headers).not.toHaveProperty("x-container-read");
  expect(headers["x-container-write"]).toBe("project-2:*");
});

test("a container is made with its ACLs; making it again without them is refused", async () => {
  const swift = await startSwift();
  const headers = { "x-container-read": ".r:*" };
  expect((await swift("PUT", "/cont", { headers })).status).toBe(201);
  expect((await swift("PUT", "/cont", { headers })).status).toBe(202);
  expect(await swift("PUT", "/cont")).toMatchObject({ status: 409, text: "BucketAlreadyExists" });
});

test("X-Container-Write lets others put and remove objects, and not list or read ours", async () => {
  const swift = await startWith({ "x-container-write": "project-2:*" });
  expect((await theirs(swift, "PUT", "/cont/theirs", { body: "t" })).status).toBe(201);
  expect(await reading(swift, theirs)).toEqual([403, 403, 403]);
  expect((await theirs(swift, "DELETE", "/cont/a")).status).toBe(204);
  expect((await anybody(swift, "PUT", "/cont/x", { body: "x" })).status).toBe(401);
});

test("what others wrote is theirs: the container's owner removes it and does not read it", async () => {
  const swift = await startWith({ "x-container-write": "project-2:*" });
  await theirs(swift, "PUT", "/cont/theirs", { body: "t" });
  expect((await theirs(swift, "GET", "/cont/theirs")).text).toBe("t");
  expect(await swift("GET", "/cont/theirs")).toMatchObject({ status: 403, text: "AccessDenied" });
  await swift("POST", "/cont", { headers: { "x-container-read": "project-1:*" } });
  expect((await swift("GET", "/cont/theirs")).text).toBe("t");
  expect((await swift("DELETE", "/cont/theirs")).status).toBe(204);
});

test("the account in the path is that of the container", async () => {
  const swift = await startWith({ "x-container-read": ".r:*" });
  expect((await anybody(swift, "GET", "/AUTH_project-1/cont/a")).text).toBe("hello");
  expect((await theirs(swift, "GET", "/AUTH_project-1/cont/a")).text).toBe("hello");
  expect((await anybody(swift, "GET", "/AUTH_project-2/cont/a")).status).toBe(404);
});

test("a missing object of a public container is missing for everybody", async () => {
  const swift = await startWith({ "x-container-read": ".r:*" });
  expect(await anybody(swift, "GET", "/cont/nope")).toMatchObject({ status: 404, text: "NoSuchKey" });
});
