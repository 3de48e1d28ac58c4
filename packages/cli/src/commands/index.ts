import type { CommandEntry } from "../command.ts";

/** Every command, in the order of the help text. A command's file is loaded only when it is called. */
export const commands: readonly CommandEntry[] = [
  {
    words: "completion",
    group: "Other",
    summary: "print a completion script for bash, zsh or fish",
    load: () => import("./completion.ts"),
  },
  {
    words: "version",
    group: "Other",
    summary: "print the version and what it was built from",
    load: () => import("./version.ts"),
  },
];
