import { PassThrough } from "node:stream";
import type { Command, Option } from "commander";
import type { CommandEntry } from "../../packages/cli/src/command.ts";
import { commands } from "../../packages/cli/src/commands/index.ts";
import type { Context } from "../../packages/cli/src/context.ts";
import { exitCodes } from "../../packages/cli/src/exit.ts";
import type { Source } from "./source.ts";

/** What every exit code of `exit.ts` means, in the order of the table. */
const exitMeanings: Record<keyof typeof exitCodes, string> = {
  ok: "It worked.",
  failed: "It failed; the last line says what to do next.",
  usage: "Wrong usage.",
  denied: "Not signed in, or not allowed.",
  "not-found": "There is no such thing.",
  later: "Try again later.",
  interrupted: "Interrupted.",
};

/** fedbucket(1), from the command table and each command's own options, so that it cannot go stale. */
export async function manualPage(source: Source): Promise<string> {
  const visible = commands.filter((entry) => entry.hidden !== true);
  const groups = [...new Set(visible.map((entry) => entry.group))];
  const sections = await Promise.all(
    groups.map(async (group) => {
      const members = visible.filter((entry) => entry.group === group);
      return [`.SS ${quoted(group)}`, ...(await Promise.all(members.map(commandPart)))];
    }),
  );
  const date = source.date.toISOString().slice(0, 10);
  return `${[
    `.TH FEDBUCKET 1 ${date} "fedbucket ${source.version}" "User Commands"`,
    ".SH NAME",
    String.raw`fedbucket \- from an institutional login to a working bucket in one command`,
    ".SH SYNOPSIS",
    ".B fedbucket",
    String.raw`.I command`,
    "[argument ...] [option ...]",
    ".SH DESCRIPTION",
    text(
      "Signs in with an institutional login, finds the OpenStack project of the person's virtual organisation, gets keys for its object storage, and lends them to every tool on the machine. Each command prints its help with --help.",
    ),
    ".SH COMMANDS",
    ...sections.flat(),
    ".SH EXIT STATUS",
    ...Object.entries(exitMeanings).flatMap(([name, meaning]) => [
      ".TP",
      String(exitCodes[name as keyof typeof exitCodes]),
      text(meaning),
    ]),
    ".SH ENVIRONMENT",
    ...term("FEDBUCKET_HOME", "Keeps everything in this folder instead of the folders of the XDG specification."),
    ...term("FEDBUCKET_PROFILE", "The connection to use when none is named."),
    ...term("HTTPS_PROXY, NO_PROXY", "The proxy for requests, and the hosts that need none."),
    ".SH SEE ALSO",
    ".BR aws (1),",
    ".BR rclone (1),",
    ".BR openstack (1)",
  ].join("\n")}\n`;
}

async function commandPart(entry: CommandEntry): Promise<string> {
  const { command: factory } = await entry.load();
  const command = factory(nobody).name(entry.words);
  const options = command.createHelp().visibleOptions(command);
  const lines = [".TP", `.B ${escaped(`fedbucket ${entry.words} ${usage(command)}`.trim())}`];
  lines.push(text(command.description() || entry.summary));
  if (options.length > 0) lines.push(".RS", ...options.flatMap(optionPart), ".RE");
  return lines.join("\n");
}

const usage = (command: Command): string =>
  command.registeredArguments
    .map((argument) => {
      const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
      return argument.required ? name.toUpperCase() : `[${name.toUpperCase()}]`;
    })
    .join(" ");

const optionPart = (option: Option): string[] => term(option.flags, option.description);

const term = (name: string, meaning: string): string[] => [".TP", `.B ${escaped(name)}`, text(meaning)];

/** Backslashes and hyphens mean something to roff, and so does a dot or quote at the start of a line. */
const escaped = (words: string): string => words.replaceAll("\\", String.raw`\e`).replaceAll("-", String.raw`\-`);

const text = (words: string): string =>
  words
    .split("\n")
    .map((line) => escaped(line).replace(/^([.'])/, String.raw`\&$1`))
    .join("\n");

const quoted = (words: string): string => `"${escaped(words)}"`;

/** Commands are built to look at their options, never run. */
const nobody: Context = {
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  cwd: "/",
  signal: new AbortController().signal,
  now: () => new Date(0),
  openBrowser: () => Promise.resolve(false),
};
