import { describe, expect, test } from "vitest";
import { formatAddress, parseAddress, parseBucket, parseObject, parseRemote } from "../src/address.ts";

test.each([
  ["s3://bucket/key", { kind: "remote", bucket: "bucket", key: "key" }],
  ["S3://bucket", { kind: "remote", bucket: "bucket", key: "" }],
  ["s3://", { kind: "remote", key: "" }],
  ["s3://bucket//a/../b/", { kind: "remote", bucket: "bucket", key: "/a/../b/" }],
  ["s3://tenant:bucket/key", { kind: "remote", bucket: "tenant:bucket", key: "key" }],
  ["s3://bucket/a:b?c#d %20", { kind: "remote", bucket: "bucket", key: "a:b?c#d %20" }],
  ["s3://bucket/new\nline", { kind: "remote", bucket: "bucket", key: "new\nline" }],
  ["pangeo:bucket/key", { kind: "remote", profile: "pangeo", bucket: "bucket", key: "key" }],
  ["pangeo-swift:", { kind: "remote", profile: "pangeo-swift", key: "" }],
  ["-", { kind: "pipe" }],
  ["file", { kind: "file", path: "file" }],
  ["./pangeo:file", { kind: "file", path: "./pangeo:file" }],
  ["../up", { kind: "file", path: "../up" }],
  ["C:\\data\\file", { kind: "file", path: "C:\\data\\file" }],
  ["C:/data/file", { kind: "file", path: "C:/data/file" }],
  ["c:file", { kind: "file", path: "c:file" }],
  ["/abs:olute/x", { kind: "file", path: "/abs:olute/x" }],
])("%j is read", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

describe("refused with a better way to write it", () => {
  test.each([
    ["s3:///key", "s3://bucket/key"],
    ["pangeo:/key", "pangeo:bucket/key"],
    ["s3:bucket/key", "s3://bucket/key"],
    ["swift://c/o", "s3://c/o --via swift"],
    ["https://store.example.org/b", "s3://bucket/key"],
  ])("%s", (text, better) => {
    const cure = [expect.stringContaining(better)];
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: "BAD_ADDRESS", kind: "usage", cure }));
  });

  test.each([
    ["a bucket for an object", () => parseObject("s3://bucket"), "s3://bucket/name"],
    ["an account for an object", () => parseObject("s3://"), "s3://bucket/name"],
    ["an object for a bucket", () => parseBucket("pangeo:bucket/key"), "pangeo:bucket"],
    ["an account for a bucket", () => parseBucket("s3://"), "s3://bucket"],
    ["a path for an address", () => parseRemote("my-bucket/x"), "s3://my-bucket/x"],
  ])("%s", (_, parse, better) => {
    const cure = [expect.stringMatching(new RegExp(`: ${better}$`))];
    expect(parse).toThrow(expect.objectContaining({ code: "BAD_ADDRESS", cure }));
  });
});

test("control characters are shown, not obeyed", () => {
  expect(formatAddress(parseRemote("s3://b/\u001b[31mred\n"))).toBe("s3://b/\\x1b[31mred\\x0a");
  expect(() => parseObject("s3://\u001b[31m")).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("\u001b") }),
  );
});
