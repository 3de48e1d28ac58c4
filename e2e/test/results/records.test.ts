import { expect, test } from "vitest";
import { linesOf } from "../../results/lines.ts";
import { outcome, table } from "../../results/markdown.ts";
import { clientsTables } from "../../results/of-clients.ts";
import { serversTable } from "../../results/of-servers.ts";
import type { Result } from "../../results/results.ts";

const ran = (step: string, ok: boolean | null, why?: string, more: Partial<Result> = {}): Result => ({
  suite: "clients",
  server: "sandbox",
  step,
  ok,
  ...(why !== undefined && { why }),
  ...more,
});
const mc = { client: "mc", clientVersion: "v0" };
const list = "list buckets or containers";

test("a cell: of several results the worst counts, and says why", () => {
  expect(outcome([])).toBe("not run");
  expect(outcome([ran("a", true)])).toBe("yes");
  expect(outcome([ran("a", true), ran("a", null, "no server"), ran("a", false, "403")])).toBe("no (403)");
  expect(outcome([ran("a", true), ran("a", null, "no server")])).toBe("not run (no server)");
});

test("a table: what Markdown would read is text, and a long name is cut", () => {
  const long = "x".repeat(1000);
  const [, , row = ""] = table(["step"], [[`a|b <Key>_*${long}`]]).split("\n");
  expect(row).toMatch(/^\| a\\\|b \\<Key\\>\\_\\\*x+… \|$/);
  expect(row.length).toBeLessThan(150);
});

test("lines: one for each client or server, with what did not pass and why", () => {
  const server = { suite: "journey", server: "rgw", version: "16" };
  const lines = linesOf([
    ran("one", true, undefined, mc),
    ran("two", false, "403", mc),
    ran("three", null, "the server is down", server),
  ]);
  expect(lines.split("\n").map((line) => line.trim().replace(/ {2,}/, ": "))).toEqual([
    "mc v0: 1 of 2",
    "no: two (403)",
    "rgw 16: 0 of 1",
    "not run: three (the server is down)",
  ]);
});

test("servers are columns: a step that one of them has not is not run there", () => {
  const of = (server: string): Partial<Result> => ({ server, version: "1" });
  const text = serversTable("Steps", [ran("a", true, undefined, of("one")), ran("b", true, undefined, of("two"))]);
  expect(text).toContain("| step | one 1 | two 1 |");
  expect(text).toContain("| a | yes | not run |");
});

test("clients are columns: what one is not tested for, what was not run, and why", () => {
  const text = clientsTables([
    ran(list, true, undefined, { client: "boto3", clientVersion: "1" }),
    ran("tags", true, undefined, { client: "boto3", clientVersion: "1" }),
    ran(list, false, "exit 1", mc),
    ran("everything", null, "it could not be had", { client: "s5cmd" }),
  ]);
  const cells = (line: string): string[] => line.split("|").map((cell) => cell.trim());
  const lines = text.split("### Clients of S3")[1]?.split("\n") ?? [];
  const head = cells(lines.find((line) => line.startsWith("| operation")) ?? "");
  const cellOf = (row: string, column: string): string | undefined =>
    cells(lines.find((line) => line.startsWith(`| ${row}`)) ?? "")[head.indexOf(column)];
  expect(cellOf(list, "boto3 1")).toBe("yes");
  expect(cellOf(list, "mc v0")).toBe("no (exit 1)");
  expect(cellOf("tags", "mc v0")).toBe("–");
  expect(cellOf("tags", "s5cmd")).toBe("not run");
  expect(text).toContain("s5cmd was not run: it could not be had.");
  expect(text).toContain("AWS CLI v2 (newest) was not run: no package registry has it");
});
