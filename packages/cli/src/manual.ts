import type { Command } from "commander";
import type { CommandEntry } from "./command.ts";
import { commands } from "./commands/index.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit.ts";
import { version } from "./version.ts";

/** What every exit code means, in the order of the table in `exit.ts`. */
const exitMeanings: Record<keyof typeof exitCodes, string> = {
  ok: "It worked.",
  failed: "It failed; the last line says what to do next.",
  usage: "Wrong usage.",
  denied: "Not signed in, or not allowed.",
  "not-found": "There is no such thing.",
  later: "Try again later.",
  partial: "Some of many failed; which, and how to try them again, is said at the end.",
  interrupted: "Interrupted.",
};

const variables: readonly (readonly [name: string, meaning: string])[] = [
  ["FEDBUCKET_HOME", "Everything is kept in this folder instead of the system's folders for settings and state."],
  ["FEDBUCKET_PROFILE", "The connection to use when none is named."],
  ["HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "The proxy for requests, and the hosts that need none."],
  ["NO_COLOR", "No colours, whatever the terminal can do."],
];

/**
 * fedbucket(1) for `man`, from the command table and the options of each command, so that it cannot go stale.
 *
 * @param context For the commands, which are built to look at their options and never run.
 * @param date Shown at the foot; that of the source, not of today.
 * @see man(7)
 */
export async function manualPage(context: Context, date: string): Promise<string> {
  const visible = commands.filter((entry) => entry.hidden !== true);
  const groups = [...new Set(visible.map((entry) => entry.group))];
  const sections = groups.map(async (group) => {
    const members = visible.filter((entry) => entry.group === group);
    return [
      `.SS "${escaped(group)}"`,
      ...(await Promise.all(members.map((entry) => commandPart(entry, context)))).flat(),
    ];
  });
  const lines = [
    `.TH FEDBUCKET 1 "${date}" "fedbucket ${version}" "User Commands"`,
    ".SH NAME",
    String.raw`fedbucket \- from an institutional login to a working bucket in one command`,
    ".SH SYNOPSIS",
    ".B fedbucket",
    ".I command",
    "[argument ...] [option ...]",
    ".SH DESCRIPTION",
    ...text(
      "Signs in with an institutional login, finds the project of the person's virtual organisation at an OpenStack cloud, gets keys for its object storage, and lends them to every tool on the machine.",
    ),
    ...text("Every command prints its help with --help."),
    ".SH COMMANDS",
    ...(await Promise.all(sections)).flat(),
    ".SH EXIT STATUS",
    ...Object.entries(exitMeanings).flatMap(([name, meaning]) =>
      term(String(exitCodes[name as keyof typeof exitCodes]), meaning),
    ),
    ".SH ENVIRONMENT",
    ...variables.flatMap(([name, meaning]) => term(name, meaning)),
    ".SH SEE ALSO",
    ".BR aws (1),",
    ".BR rclone (1),",
    ".BR openstack (1)",
  ];
  return `${lines.join("\n")}\n`;
}

async function commandPart(entry: CommandEntry, context: Context): Promise<string[]> {
  const { command: factory } = await entry.load();
  const command = factory(context).helpOption(false);
  const options = command.createHelp().visibleOptions(command);
  const head = term(`fedbucket ${entry.words} ${placeholders(command)}`.trim(), command.description() || entry.summary);
  if (options.length === 0) return head;
  return [...head, ".RS", ...options.flatMap(({ flags, description }) => term(flags, description)), ".RE"];
}

/** `BUCKET [KEY...]` */
function placeholders(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name().toUpperCase()}${argument.variadic ? "..." : ""}`;
    return argument.required ? name : `[${name}]`;
  });
  return words.join(" ");
}

const term = (name: string, meaning: string): string[] => [".TP", `.B ${escaped(name)}`, ...text(meaning)];

/** Lines of at most about 80 characters, which roff fills again; an empty line is a new paragraph. */
function text(words: string): string[] {
  return words.split("\n").flatMap((paragraph) => {
    if (paragraph.trim() === "") return [".IP"];
    const lines = escaped(paragraph.trim()).match(/\S(?:.{0,76}\S)?(?=\s|$)|\S+/g) ?? [];
    return lines.map((line) => line.replace(/^[.']/, String.raw`\&$&`));
  });
}

/** Backslashes and hyphens mean something to roff. */
const escaped = (words: string): string => words.replaceAll("\\", String.raw`\e`).replaceAll("-", String.raw`\-`);
