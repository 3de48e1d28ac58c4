import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { main } from "../../src/main.ts";
import { silentContext } from "../silent-context.ts";

/** What a command line prints on stdout. */
async function printed(...argv: string[]): Promise<string> {
  const stdout = new PassThrough();
  expect(await main(argv, silentContext({ stdout }))).toBe(0);
  return String(stdout.read());
}

test("version --json says what it is and how it is started again", async () => {
  const version = (await printed("--version")).trim();
  expect(JSON.parse(await printed("version", "--json"))).toEqual({
    version,
    commit: null,
    date: null,
    build: "bundle",
    node: process.versions.node,
    openssl: process.versions.openssl,
    platform: `${process.platform}-${process.arch}`,
    command: [process.execPath, expect.stringMatching(/^\/.*bin\/fedbucket\.cjs$/)],
  });
});

test("version names the version, the build and the Node below it", async () => {
  expect(await printed("version")).toMatch(/^fedbucket \d+\.\d+\.\d+ \(bundle on Node \d+/);
});

test("the manual page has a heading for every command that help lists", async () => {
  const page = await printed("manual");
  const help = await printed("--help");
  const commands = [...help.matchAll(/^ {2}([a-z]+) .* {2,}/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== "help");
  expect(commands.length).toBeGreaterThan(3);
  for (const name of commands) expect(page).toMatch(new RegExp(String.raw`^\.B fedbucket ${name}\b`, "m"));
});
