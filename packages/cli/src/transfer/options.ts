import { type FilterRule, Failure } from "@fedbucket/client";
import { type Command, Option } from "commander";
import { type DataOptions, viaOption } from "../data/accounts.ts";
import { caBundleOption, debugOption, profileOption } from "../options.ts";

/** Which of many. */
export interface SelectionOptions extends DataOptions {
  /** `--include` and `--exclude` in the order they were typed. */
  readonly rules: readonly FilterRule[];
}

/** How many copies are made, and of what. */
export interface TransferCommandOptions extends SelectionOptions {
  readonly recursive?: boolean;
  readonly dryRun?: boolean;
  readonly delete?: boolean;
  readonly checksum?: boolean;
  readonly sizeOnly?: boolean;
  readonly newer?: boolean;
  readonly ignoreTimes?: boolean;
  /** Bytes per second. */
  readonly bwlimit?: number;
  readonly concurrency?: number;
  readonly fromFile?: string;
  readonly shard?: string;
}

/** What was typed, with the rules in their order. */
export function typedOptions(command: Command, rules: readonly FilterRule[]): TransferCommandOptions {
  return { ...command.opts<TransferCommandOptions>(), rules };
}

/**
 * What a copy of one object would not heed is refused, so that nobody takes it for heeded.
 *
 * @throws Failure `NEEDS_RECURSIVE`
 */
export function refuseForOne({ rules, checksum, sizeOnly, newer, shard }: TransferCommandOptions): void {
  const typed = { "--checksum": checksum, "--size-only": sizeOnly, "--newer": newer, "--shard": shard };
  const [rule] = rules.map(({ kind }) => `--${kind}`);
  const name = rule ?? Object.entries(typed).find(([, value]) => value !== undefined)?.[0];
  if (name === undefined) return;
  throw new Failure("NEEDS_RECURSIVE", "usage", `${name} chooses among many, and this is one, which is always copied`, {
    cure: [`Leave ${name} out, or add --recursive.`],
  });
}

/** Adds `--include` and `--exclude`; the array fills in the order they are typed. */
export function addSelection(command: Command): { readonly command: Command; readonly rules: readonly FilterRule[] } {
  const rules: FilterRule[] = [];
  const keep = (kind: FilterRule["kind"]) => (pattern: string) => {
    rules.push({ kind, pattern });
    return rules;
  };
  command
    .addOption(
      new Option("--include <pattern>", "take part in spite of a later --exclude (rsync's patterns)").argParser(
        keep("include"),
      ),
    )
    .addOption(
      new Option("--exclude <pattern>", "leave out; the first pattern that matches decides").argParser(keep("exclude")),
    );
  return { command, rules };
}

export function addConnection(command: Command): Command {
  return command
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(new Option("--json", "print one JSON object a line: what happens, and a summary at the end"))
    .addOption(debugOption())
    .addOption(caBundleOption());
}

/** What `cp --recursive`, `sync` and `mv` have in common. */
export function addTransferOptions(command: Command): {
  readonly command: Command;
  readonly rules: readonly FilterRule[];
} {
  const { rules } = addSelection(command);
  command
    .option("-n, --dry-run", "say exactly what would be done, and do nothing")
    .addOption(new Option("-c, --checksum", "compare sizes and MD5s, not times"))
    .addOption(new Option("--size-only", "compare sizes alone").conflicts("checksum"))
    .addOption(
      new Option("--newer", "copy only what was modified later than what is there").conflicts(["checksum", "sizeOnly"]),
    )
    .addOption(
      new Option("-I, --ignore-times", "copy what looks the same too").conflicts(["checksum", "sizeOnly", "newer"]),
    )
    .addOption(new Option("--bwlimit <rate>", "bytes per second at most: 500k, 20M, 1G").argParser(parseRate))
    .addOption(new Option("-j, --concurrency <n>", "so many at once (default: automatic)").argParser(parseCount))
    .option(
      "--from-file <file>",
      "only the names in this file, one a line, or a list of failures; - for standard input",
    )
    .option("--shard <i/n>", "one of n processes that share the work; auto: as Slurm, Kubernetes or GNU parallel say");
  return { command: addConnection(command), rules };
}

const powers: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3 };

function parseRate(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([kmg]?)(?:i?b)?$/i.exec(text) ?? [];
  const rate = Number(number) * 1024 ** (powers[unit.toLowerCase()] ?? 0);
  if (rate >= 1) return rate;
  throw new Failure("BAD_RATE", "usage", `"${text}" is not a number of bytes per second`, {
    cure: ["Write 500k, 20M or 1G."],
  });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1024) return count;
  throw new Failure("BAD_COUNT", "usage", `"${text}" is not a number from 1 to 1024`, {
    cure: ["Leave --concurrency out, and it follows what the store can take."],
  });
}
