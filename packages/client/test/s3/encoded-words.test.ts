import { expect, test } from "vitest";
import { decodeWords } from "../../src/s3/encoded-words.ts";

const base64 = (text: string, encoding: BufferEncoding = "utf8"): string =>
  Buffer.from(text, encoding).toString("base64");

test.each([
  ["plain", "plain"],
  ["Grüße 世界", "Grüße 世界"],
  [`=?UTF-8?B?${base64("Grüße 世界")}?=`, "Grüße 世界"],
  ["=?utf-8?q?Gr=C3=BC=C3=9Fe_you?=", "Grüße you"],
  // As Swift's s3api sends it: UTF-8 read as Latin-1, then encoded.
  [`=?UTF-8?B?${base64(Buffer.from("Grüße 世界").toString("latin1"))}?=`, "Grüße 世界"],
  [`=?UTF-8?B?${base64("Grü")}?=\n =?UTF-8?B?${base64("ße")}?=`, "Grüße"],
  // One layer, and only Latin-1 in it.
  [`=?UTF-8?B?${base64("é")}?=`, "é"],
  ["=?broken?=", "=?broken?="],
  ["=?UTF-8?B?/////w==?=", "=?UTF-8?B?/////w==?="],
])("%s is %s", (value, text) => {
  expect(decodeWords(value)).toBe(text);
});
