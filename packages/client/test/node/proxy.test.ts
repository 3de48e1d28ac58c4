import { expect, test } from "vitest";
import { proxyFor } from "../../src/node/proxy.ts";

const proxies = { HTTPS_PROXY: "http://secure.proxy:3128", HTTP_PROXY: "plain.proxy:80" };

test.each([
  ["https", "store.example.org", "secure.proxy"],
  ["http", "store.example.org", "plain.proxy"],
  ["https", "localhost:8443", undefined],
  ["http", "127.0.0.1:9000", undefined],
  ["http", "[::1]:9000", undefined],
] as const)("%s://%s goes by %s", (scheme, authority, host) => {
  expect(proxyFor(proxies, scheme, authority)?.hostname).toBe(host);
});

test.each([
  ["example.org", "store.example.org", true],
  [".example.org", "store.example.org", true],
  ["*.example.org", "store.example.org", true],
  ["example.org", "store.badexample.org", false],
  ["a.org, STORE.example.org", "store.example.org", true],
  ["store.example.org:443", "store.example.org", true],
  ["store.example.org:8443", "store.example.org", false],
  ["*", "store.example.org", true],
  ["", "store.example.org", false],
])("NO_PROXY=%s and %s: direct %s", (noProxy, host, isDirect) => {
  expect(proxyFor({ ...proxies, NO_PROXY: noProxy }, "https", host) === undefined).toBe(isDirect);
});

test("the lower-case spelling comes first, and an empty one means none", () => {
  expect(proxyFor({ ...proxies, https_proxy: "http://other:1" }, "https", "x.org")?.hostname).toBe("other");
  expect(proxyFor({ ...proxies, https_proxy: "" }, "https", "x.org")).toBeUndefined();
});

test("what is no HTTP proxy is refused without showing it", () => {
  const env = { HTTPS_PROXY: "socks5://me:planted@proxy:1080" };
  expect(() => proxyFor(env, "https", "x.org")).toThrow(expect.objectContaining({ code: "PROXY_UNUSABLE" }));
  expect(() => proxyFor(env, "https", "x.org")).not.toThrow("planted");
});
