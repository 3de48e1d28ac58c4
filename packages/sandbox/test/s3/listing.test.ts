import { afterAll, beforeAll, expect, test } from "vitest";
import { startStore, type Store } from "./store.ts";

const KEYS = ["dir/a.txt", "dir/b.txt", "résumé x+y.txt", "top.txt", "z/1", "z/2"];
let store: Store;
beforeAll(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
  for (const key of KEYS)
    await store.ask("PUT", `/bucket/${encodeURIComponent(key).replaceAll("%2F", "/")}`, { body: key });
});
afterAll(() => store[Symbol.asyncDispose]());

const all = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "g"))].map(([, value]) => value ?? "");
const one = (text: string, name: string) => all(text, name)[0];
const prefixes = (text: string) => all(text, "CommonPrefixes").map((prefix) => one(prefix, "Prefix"));

test("ListObjectsV2_all_in_order", async () => {
  const { text } = await store.ask("GET", "/bucket?list-type=2");
  expect(all(text, "Key")).toEqual(KEYS);
  expect(text).toContain("<Name>bucket</Name><Prefix></Prefix><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>");
  expect(text).toContain("<KeyCount>6</KeyCount>");
  expect(text).not.toContain("<Owner>");
  expect(text).toMatch(/<Size>9<\/Size><StorageClass>STANDARD<\/StorageClass><Type>Normal<\/Type><\/Contents>/);
});

test("ListObjectsV2_delimiter_and_url_encoding", async () => {
  const { text } = await store.ask("GET", "/bucket?delimiter=%2F&encoding-type=url&list-type=2&max-keys=2");
  expect(prefixes(text)).toEqual(["dir/"]);
  expect(all(text, "Key")).toEqual(["r%C3%A9sum%C3%A9%20x%2By.txt"]);
  expect(text).toContain("<NextContinuationToken>résumé x+y.txt</NextContinuationToken><KeyCount>2</KeyCount>");
});

test("ListObjectsV2_pages_join_without_gap_or_repeat", async () => {
  for (const delimiter of ["", "&delimiter=%2F"]) {
    const names: string[] = [];
    let token = "";
    do {
      const { text } = await store.ask("GET", `/bucket?list-type=2&max-keys=1${delimiter}${token}`);
      names.push(...all(text, "Key"), ...prefixes(text).map(String));
      const next = one(text, "NextContinuationToken");
      token = next === undefined ? "" : `&continuation-token=${encodeURIComponent(next)}`;
      expect(one(text, "IsTruncated")).toBe(String(next !== undefined));
    } while (token !== "");
    expect(names).toEqual(delimiter === "" ? KEYS : ["dir/", "résumé x+y.txt", "top.txt", "z/"]);
  }
});

test("ListObjectsV2_start_after_prefix_and_owner", async () => {
  const { text } = await store.ask("GET", "/bucket?list-type=2&prefix=z%2F&start-after=z%2F1&fetch-owner=true");
  expect(all(text, "Key")).toEqual(["z/2"]);
  expect(one(text, "StartAfter")).toBe("z/1");
  expect(one(text, "DisplayName")).toBe("vo.pangeo.eu");
});

test("ListObjects_owner_and_marker", async () => {
  const { text } = await store.ask("GET", "/bucket?marker=dir%2Fb.txt&max-keys=1");
  expect(all(text, "Key")).toEqual(["résumé x+y.txt"]);
  expect(text).toContain(
    "<Owner><ID>1f8c1281d5f749cfbfaa32fa6905be94</ID><DisplayName>vo.pangeo.eu</DisplayName></Owner>",
  );
  expect(text).toContain("<Marker>dir/b.txt</Marker><NextMarker>résumé x+y.txt</NextMarker>");
});

test("ListObjects_max_keys", async () => {
  expect((await store.ask("GET", "/bucket?max-keys=0")).text).toContain("<IsTruncated>false</IsTruncated><Marker>");
  expect((await store.ask("GET", "/bucket?max-keys=100000")).text).toContain("<MaxKeys>1000</MaxKeys>");
  for (const value of ["-1", "many", "1.5"]) {
    expect(await store.ask("GET", `/bucket?max-keys=${value}`)).toMatchObject({ status: 400, code: "InvalidArgument" });
  }
});

test("ListObjectsV2_token_after_a_control_character", async () => {
  await store.ask("PUT", "/odd");
  for (const key of ["%01a", "%01b"]) await store.ask("PUT", `/odd/${key}`, { body: "" });
  const first = await store.ask("GET", "/odd?encoding-type=url&list-type=2&max-keys=1");
  const token = encodeURIComponent(one(first.text, "NextContinuationToken") ?? "");
  const second = await store.ask("GET", `/odd?continuation-token=${token}&encoding-type=url&list-type=2`);
  expect(all(first.text, "Key").concat(all(second.text, "Key"))).toEqual(["%01a", "%01b"]);
});

test("ListObjects_markup_in_keys_is_escaped", async () => {
  await store.ask("PUT", "/markup");
  await store.ask("PUT", "/markup/%3Ca%20b%3D%22c%22%3E%26", { body: "" });
  const { text } = await store.ask("GET", "/markup");
  expect(one(text, "Key")).toBe("&lt;a b=&quot;c&quot;&gt;&amp;");
});
