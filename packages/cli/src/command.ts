import type { Command } from "commander";
import type { Context } from "./context.ts";

/** What each file below `commands/` exports as `command`: its flags, help and action. */
export type CommandFactory = (context: Context) => Command;

/** A row of the command table: known without loading the command's own file. */
export interface CommandEntry {
  /** As typed: `connect`, `keys list`. */
  readonly words: string;
  readonly summary: string;
  readonly group: "Connect" | "Look inside" | "Data" | "Learn and test" | "Other";
  /** Not shown in help. */
  readonly hidden?: boolean;
  readonly load: () => Promise<{ readonly command: CommandFactory }>;
}
