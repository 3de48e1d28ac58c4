import { chainFailure, Failure, judgeOffline, type Session, type Verdict } from "@fedbucket/client";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { collect, type Found } from "../scan/collect.ts";
import { asJson, describe, type Judged, nameOf, placeOf } from "../scan/show.ts";
import { openSession } from "../session.ts";

interface ScanOptions extends CommonOptions {
  readonly revoke?: boolean;
  readonly yes?: boolean;
  readonly offline?: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("scan"))
    .argument("[path...]", "files and folders (default: this folder and ~/.aws)")
    .description(
      "Finds OIDC, Keystone and S3 secrets that were left in notebooks and files, says which still open something, and ends them on request. Prints no secret.",
    )
    .option("--revoke", "end what is alive; keys in use here are replaced first")
    .option("--yes", "ask no questions")
    .option("--offline", "ask no server")
    .action((paths: string[], options: ScanOptions) => run(context, paths, options));
}

async function run(context: Context, paths: readonly string[], options: ScanOptions): Promise<void> {
  if (options.revoke === true && options.yes !== true && context.prompt === undefined) throw notConfirmed();
  const found = await collect(context, paths);
  const session = options.offline === true || found.length === 0 ? undefined : await sessionIfAny(context, options);
  const verdicts = await judge(context, found, session);
  const judged: Judged[] = [];
  for (const [at, each] of found.entries()) {
    const verdict = verdicts[at] ?? notAsked;
    const one = await endIfWanted(context, { ...each, verdict }, session, options);
    judged.push(one);
    if (options.json !== true) context.stdout.write(describe(one));
  }
  if (options.json === true) context.stdout.write(`${JSON.stringify({ secrets: judged.map(asJson) })}\n`);
  const left = judged.filter(
    ({ verdict, ended }) => verdict.state !== "dead" && !(ended !== undefined && "done" in ended),
  );
  if (left.length > 0) throw secretsFound(left, paths);
  if (options.json !== true) context.stderr.write(closing(judged.length));
}

/** Without a connection, files are still searched. */
async function sessionIfAny(context: Context, options: ScanOptions): Promise<Session | undefined> {
  try {
    return await openSession(context, options);
  } catch (error) {
    if (!(error instanceof Failure) || options.profile !== undefined) throw error;
    context.stderr.write(`note: ${error.message}, so no server is asked\n`);
    return undefined;
  }
}

const notAsked: Verdict = { state: "unknown", detail: "nobody was asked" };

async function judge(
  context: Context,
  found: readonly Found[],
  session: Session | undefined,
): Promise<readonly Verdict[]> {
  const leaks = found.map(({ leak }) => leak);
  if (session !== undefined) return session.judgeLeaks(leaks);
  return leaks.map((leak) => judgeOffline(leak, context.now()) ?? notAsked);
}

async function endIfWanted(
  context: Context,
  one: Judged,
  session: Session | undefined,
  { revoke, yes }: ScanOptions,
): Promise<Judged> {
  if (revoke !== true || session === undefined || one.verdict.state === "dead") return one;
  const place = one.places[0];
  const question = `End the ${nameOf(one.leak)} in ${place === undefined ? "" : placeOf(place)}? ${one.verdict.detail}.`;
  if (yes !== true && (await context.prompt?.confirm(question)) !== true) return one;
  try {
    return { ...one, ended: await session.endLeak(one.leak, one.verdict) };
  } catch (error) {
    if (error instanceof Failure) return { ...one, ended: { why: error.message } };
    throw error;
  }
}

const closing = (count: number): string =>
  count === 0
    ? "No secret was found.\n"
    : "None of them opens anything any more. Take them out of the files all the same.\n";

function secretsFound(left: readonly Judged[], paths: readonly string[]): Error {
  const notebook = left.flatMap(({ places }) => places).find(({ where }) => where.startsWith("output"))?.file;
  return chainFailure(
    "SECRETS_FOUND",
    `${left.length} ${left.length === 1 ? "secret" : "secrets"} may still open something`,
    {
      cure: [
        "Take them out of the files; who has a copy of the file has them still, so end them, too:",
        ...(notebook === undefined ? [] : [`jupyter nbconvert --clear-output --inplace ${notebook}`]),
        `fedbucket scan ${[...paths, "--revoke"].join(" ")}`,
      ],
    },
  );
}

const notConfirmed = (): Error =>
  chainFailure("SECRETS_NOT_CONFIRMED", "nobody can be asked here what to revoke", {
    cure: ["Look first, then end all that is alive: fedbucket scan PATH --revoke --yes"],
  });
