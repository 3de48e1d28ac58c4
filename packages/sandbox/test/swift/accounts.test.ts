import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";

const counts = {
  "x-account-container-count": "0",
  "x-account-object-count": "0",
  "x-account-bytes-used": "0",
  "x-account-storage-policy-default-placement-container-count": "0",
  "x-account-storage-policy-default-placement-object-count": "0",
  "x-account-storage-policy-default-placement-bytes-used": "0",
  "accept-ranges": "bytes",
  "x-timestamp": expect.stringMatching(/^\d{10}\.\d{5}$/),
  "x-trans-id": expect.stringMatching(/^tx[0-9a-f]{21}-[0-9a-f]{10}-101c-default$/),
};

test("GetAccount, an empty account as JSON", async () => {
  const swift = await startSwift();
  const answer = await swift("GET", "?format=json");
  expect(answer).toMatchObject({ status: 200, text: "[]", headers: { ...counts, "content-length": "2" } });
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(answer.headers["x-openstack-request-id"]).toBe(answer.headers["x-trans-id"]);
});

test("GetAccount, an empty account as text", async () => {
  const swift = await startSwift();
  const answer = await swift("GET", "");
  expect(answer).toMatchObject({ status: 204, text: "", headers: counts });
  expect(answer.headers).not.toHaveProperty("content-length");
});

test("HeadAccount counts everything", async () => {
  const swift = await startSwift();
  await swift("PUT", "/one");
  await swift("PUT", "/two");
  await swift("PUT", "/two/a", { body: "12345" });
  const answer = await swift("HEAD", "");
  expect(answer).toMatchObject({
    status: 204,
    headers: {
      ...counts,
      "x-account-container-count": "2",
      "x-account-object-count": "1",
      "x-account-bytes-used": "5",
      "x-account-storage-policy-default-placement-container-count": "2",
      "x-account-storage-policy-default-placement-object-count": "1",
      "x-account-storage-policy-default-placement-bytes-used": "5",
    },
  });
});

test("GetAccount lists containers, both ways", async () => {
  const swift = await startSwift();
  for (const name of ["tmp", "WG1", "input-data"]) await swift("PUT", `/${name}`);
  await swift("PUT", "/tmp/a", { body: "xyz" });
  expect((await swift("GET", "")).text).toBe("WG1\ninput-data\ntmp\n");
  expect((await swift("GET", "", { headers: { accept: "application/json" } })).json()).toEqual([
    { name: "WG1", count: 0, bytes: 0 },
    { name: "input-data", count: 0, bytes: 0 },
    { name: "tmp", count: 1, bytes: 3 },
  ]);
});

test("GetAccount pages with marker, end_marker, prefix and limit", async () => {
  const swift = await startSwift();
  for (const name of ["aa1", "aa2", "bb1", "éé1"]) await swift("PUT", `/${encodeURIComponent(name)}`);
  expect((await swift("GET", "?limit=2")).text).toBe("aa1\naa2\n");
  expect((await swift("GET", "?limit=2&marker=aa2")).text).toBe("bb1\néé1\n");
  expect((await swift("GET", "?prefix=aa")).text).toBe("aa1\naa2\n");
  expect((await swift("GET", "?end_marker=bb1")).text).toBe("aa1\naa2\n");
  expect(await swift("GET", "?marker=zzz")).toMatchObject({ status: 200, text: "éé1\n" });
});

test("PostAccount keeps metadata", async () => {
  const swift = await startSwift();
  expect((await swift("POST", "", { headers: { "x-account-meta-colour": "blue" } })).status).toBe(204);
  expect((await swift("HEAD", "")).headers["x-account-meta-colour"]).toBe("blue");
  await swift("POST", "", { headers: { "x-remove-account-meta-colour": "x" } });
  expect((await swift("HEAD", "")).headers).not.toHaveProperty("x-account-meta-colour");
});

test("accounts are not made or removed here", async () => {
  const swift = await startSwift();
  expect(await swift("PUT", "")).toMatchObject({ status: 405, text: "MethodNotAllowed" });
  expect(await swift("DELETE", "")).toMatchObject({ status: 405, text: "MethodNotAllowed" });
});
