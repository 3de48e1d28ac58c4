import { describe, expect, test } from "vitest";
import { failure, kinds, put } from "./storages.ts";

describe.each(kinds)("buckets $kind", ({ open }) => {
  test("a new bucket is empty and belongs to its project", async () => {
    const storage = await open();
    await storage.createBucket({ name: "other", projectId: "p2", headers: { "x-container-meta-a": "1" } });
    expect(await storage.findBucket("other")).toMatchObject({
      name: "other",
      projectId: "p2",
      headers: { "x-container-meta-a": "1" },
      objects: 0,
      bytes: 0,
    });
  });

  test("names are shared by all projects", async () => {
    const storage = await open();
    expect(await failure(storage.createBucket({ name: "bucket", projectId: "p2" }))).toBe("BUCKET_EXISTS");
    expect((await storage.findBucket("bucket"))?.projectId).toBe("project");
  });

  test("a project lists its own, by name in byte order", async () => {
    const storage = await open();
    for (const name of ["é", "z", "B", "a b"]) await storage.createBucket({ name, projectId: "p2" });
    const listed = await storage.listBuckets("p2");
    expect(listed.map(({ name }) => name)).toEqual(["B", "a b", "z", "é"]);
  });

  test("headers given are set, others kept, empty ones removed", async () => {
    const storage = await open();
    await storage.updateBucket("bucket", { a: "1", b: "2" });
    await storage.updateBucket("bucket", { a: "", c: "3" });
    expect((await storage.findBucket("bucket"))?.headers).toEqual({ b: "2", c: "3" });
    expect(await failure(storage.updateBucket("none", { a: "1" }))).toBe("NO_SUCH_BUCKET");
  });

  test("counts follow puts, overwrites and deletes", async () => {
    const storage = await open();
    await put(storage, "a", "12345");
    await put(storage, "b", "123");
    await put(storage, "a", "1");
    await storage.remove("bucket", "b");
    expect(await storage.findBucket("bucket")).toMatchObject({ objects: 1, bytes: 1 });
  });

  test("a bucket with objects stays, one with only unfinished uploads goes with them", async () => {
    const storage = await open();
    await put(storage, "a", "1");
    expect(await failure(storage.removeBucket("bucket"))).toBe("BUCKET_NOT_EMPTY");
    await storage.remove("bucket", "a");
    const upload = { bucket: "bucket", key: "k", projectId: "p", system: {}, metadata: {} };
    const { uploadId } = await storage.createUpload(upload);
    await storage.removeBucket("bucket");
    expect(await storage.findBucket("bucket")).toBeUndefined();
    await storage.createBucket({ name: "bucket", projectId: "p" });
    expect(await failure(storage.abortUpload("bucket", "k", uploadId))).toBe("NO_SUCH_UPLOAD");
    expect(await failure(storage.removeBucket("none"))).toBe("NO_SUCH_BUCKET");
  });

  test("an account keeps its metadata", async () => {
    const storage = await open();
    expect(await storage.accountHeaders("p")).toEqual({});
    await storage.updateAccount("p", { "x-account-meta-a": "1", "x-account-meta-b": "2" });
    await storage.updateAccount("p", { "x-account-meta-a": "" });
    expect(await storage.accountHeaders("p")).toEqual({ "x-account-meta-b": "2" });
  });
});
