import { Failure } from "@fedbucket/client";
import { fedbucketPaths } from "@fedbucket/client/node";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { startDetached } from "../../sandbox/detach.ts";
import { findRunning } from "../../sandbox/running.ts";
import { reportOf, showSandbox } from "../../sandbox/show.ts";
import { defaultPort, startPublished, type UpOptions } from "../../sandbox/start.ts";

interface Options extends UpOptions {
  readonly detach?: boolean;
  readonly json?: boolean;
}

const stopCommand = "fedbucket sandbox down             # stop it";

export function command(context: Context): Command {
  return new Command("up")
    .description(
      "Starts a federated cloud on this machine: Check-in, Keystone, S3 and Swift, a second store that lends keys itself, and people to sign in as. It listens on loopback only and stays in the foreground until Ctrl-C.",
    )
    .option("--detach", "start it in the background and return when it is ready")
    .option("--memory", "keep nothing on disk")
    .option("--port <number>", `take this port and the two after it (default: ${defaultPort}, else free ones)`, port)
    .addOption(seconds("--access-token-seconds", "life of an access token (default: 3600)"))
    .addOption(
      seconds(
        "--authorization-ttl-seconds",
        "how long keys work after a login to Keystone (default: 86400); 0: never, as Keystone's own default",
      ),
    )
    .addOption(seconds("--secret-cache-seconds", "how long S3 trusts a key after its deletion (default: 300)"))
    .addOption(seconds("--device-interval-seconds", "how often a device may ask whether it is let in (default: 1)"))
    .option("--no-device-grant", "have Check-in refuse the device login, as where no client is registered")
    .addOption(jsonOption())
    .action((options: Options, self: Command) => up(context, options, self));
}

async function up(context: Context, options: Options, self: Command): Promise<void> {
  const paths = fedbucketPaths(context.env);
  const running = await findRunning(paths.state);
  if (running !== undefined && options.detach !== true) throw alreadyRunning();
  if (running !== undefined || options.detach === true) {
    if (running !== undefined) context.stderr.write("A sandbox is running already.\n");
    const published = running ?? (await startDetached(context, paths.state, backgroundArguments(self)));
    return showSandbox(context, reportOf(published), { json: options.json === true, stop: stopCommand });
  }
  const { detach: _detach, json = false, ...upOptions } = options;
  const started = await startPublished(context, paths, upOptions);
  showSandbox(context, reportOf(started.published), { json, stop: "Ctrl-C                             # stop it" });
  await untilEnd(context.signal, started.stopAsked);
  await started.stop();
}

/** The options as typed, for the process in the background. */
function backgroundArguments(self: Command): string[] {
  return self.options.flatMap((option) => {
    const name = option.attributeName();
    if (name === "detach" || name === "json" || self.getOptionValueSource(name) !== "cli") return [];
    const value: unknown = self.getOptionValue(name);
    return typeof value === "number" ? [String(option.long), String(value)] : [String(option.long)];
  });
}

/** Ctrl-C, the terminal closing, the system or `sandbox down` asking. */
async function untilEnd(signal: AbortSignal, stopAsked: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  process.on("SIGTERM", end).on("SIGHUP", end);
  await Promise.race([promise, stopAsked]);
  process.off("SIGTERM", end).off("SIGHUP", end);
}

function alreadyRunning(): Failure {
  return new Failure("SANDBOX_RUNNING", "failed", "a sandbox is running already", {
    cure: ["See it: fedbucket sandbox status", "Stop it: fedbucket sandbox down"],
  });
}

function port(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 65_533) throw new InvalidArgumentError("A port is between 1 and 65533.");
  return value;
}

function seconds(flag: string, description: string): Option {
  return new Option(`${flag} <seconds>`, description).argParser(wholeNumber);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It takes a whole number.");
  return Number(text);
}
