import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import type { CommandEntry } from "../../src/command.ts";
import { commands } from "../../src/commands/index.ts";
import { exitCodes } from "../../src/exit.ts";
import { silentContext } from "../silent-context.ts";

const page = readFileSync(new URL("../../../../docs/commands.md", import.meta.url), "utf8");

const load = async (entry: CommandEntry): Promise<Command> => (await entry.load()).command(silentContext());

function headingOf({ words }: CommandEntry, command: Command): string {
  const names = command.registeredArguments.map((argument) => {
    const name = `${argument.name().toUpperCase()}${argument.variadic ? "..." : ""}`;
    return argument.required ? name : `[${name}]`;
  });
  return ["###", words, ...names].join(" ");
}

const visible = commands.filter(({ hidden }) => hidden !== true);

test("each command has one section in docs/commands.md, in the order of the help text", async () => {
  const headings = await Promise.all(visible.map(async (entry) => headingOf(entry, await load(entry))));
  expect(page.match(/^### .*$/gm)).toEqual(headings);
});

test("each option that a section names exists", async () => {
  const sections = page.split(/^### /m).slice(1);
  const unknown = await Promise.all(
    visible.map(async (entry, at) => {
      const known = (await load(entry)).options.map(({ long }) => long);
      const named = sections[at]?.split(/^## /m)[0]?.match(/--[a-z][\w-]+/g) ?? [];
      return named.filter((option) => !known.includes(option)).map((option) => `${entry.words} ${option}`);
    }),
  );
  expect(unknown.flat()).toEqual([]);
});

test("each exit code is explained", () => {
  const rows = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(exitCodes).sort((a, b) => a - b));
});
