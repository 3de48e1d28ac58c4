import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";

test.each(["garbage", "unscoped"])("a token that is %s", async (token) => {
  const swift = await startSwift();
  const answer = await swift("GET", "?format=json", { headers: { "x-auth-token": token } });
  expect(answer.status).toBe(401);
  expect(answer.json()).toEqual({
    Code: "AccessDenied",
    Message: "",
    RequestId: answer.headers["x-trans-id"],
    HostId: "101c-default-default",
  });
});

test("no token: an account is 404, a container is elsewhere and refused there, an object 401", async () => {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  const anonymous = { headers: { "x-auth-token": "" } };
  expect(await swift("GET", "?format=json", anonymous)).toMatchObject({
    status: 404,
    text: expect.stringContaining('"Code":"NoSuchKey"'),
    headers: { "x-account-container-count": "0", "x-account-bytes-used-actual": "0" },
  });
  expect(await swift("GET", "/cont", anonymous)).toMatchObject({
    status: 301,
    headers: { location: "/swift/v1/cont/" },
  });
  expect(await swift("GET", "/cont/", anonymous)).toMatchObject({ status: 403, text: "AccessDenied" });
  expect(await swift("GET", "/cont/a", anonymous)).toMatchObject({ status: 401, text: "AccessDenied" });
  expect(await swift("PUT", "/cont/a", anonymous)).toMatchObject({ status: 401, text: "AccessDenied" });
  expect(await swift("PUT", "/cont", anonymous)).toMatchObject({ status: 401, text: "AccessDenied" });
  expect(await swift("GET", "/nope", anonymous)).toMatchObject({ status: 404, text: "NoSuchBucket" });
});

test.each(["AUTH_", "KEY_"])("%s<project> in the path is the token's own account", async (prefix) => {
  const swift = await startSwift();
  await swift("PUT", `/${prefix}project-1/cont`);
  await swift("PUT", `/${prefix}project-1/cont/a/b`, { body: "x" });
  expect((await swift("GET", `/${prefix}project-1`)).text).toBe("cont\n");
  expect((await swift("GET", "/cont/a/b")).text).toBe("x");
  expect(await swift("GET", `/${prefix}project-2`)).toMatchObject({ status: 403, text: "AccessDenied" });
  expect(await swift("GET", `/${prefix}project-2/cont`)).toMatchObject({ status: 403, text: "AccessDenied" });
});

test("another project's container: nothing works, and its name is taken", async () => {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  await swift("PUT", "/cont/a", { body: "x" });
  const theirs = { headers: { "x-auth-token": "theirs" } };
  for (const method of ["GET", "HEAD", "POST", "DELETE"]) {
    expect((await swift(method, "/cont", theirs)).status).toBe(403);
    expect((await swift(method, "/cont/a", theirs)).status).toBe(403);
  }
  expect((await swift("PUT", "/cont/a", theirs)).status).toBe(403);
  expect(await swift("PUT", "/cont", theirs)).toMatchObject({ status: 409, text: "BucketAlreadyExists" });
  expect((await swift("GET", "", theirs)).status).toBe(204);
});
