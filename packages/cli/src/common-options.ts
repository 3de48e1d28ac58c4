import type { Command } from "commander";
import { caBundleOption, debugOption, jsonOption, profileOption } from "./options.ts";

/** Options of every command that works on a connection. */
export interface CommonOptions {
  readonly profile?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly caBundle?: string;
}

export const withCommonOptions = (command: Command): Command =>
  command.addOption(profileOption()).addOption(jsonOption()).addOption(debugOption()).addOption(caBundleOption());
