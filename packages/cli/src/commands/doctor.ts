import { Failure, type Session, type TraceEntry } from "@fedbucket/client";
import { Command } from "commander";
import { type BucketAddress, parseBucket, parseRemote } from "../address.ts";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import { warningsFor } from "../connect/report.ts";
import type { Context } from "../context.ts";
import { writeBundle } from "../doctor/bundle.ts";
import { type AnyFinding, asJson, examineTools, lineOf } from "../doctor/findings.ts";
import { toFailure } from "../exit.ts";
import { open } from "../session.ts";

interface DoctorOptions extends CommonOptions {
  readonly bundle?: string;
  readonly bucket?: string;
  readonly write?: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("doctor"))
    .argument("[profile]")
    .description("Tries each link of the chain for real, and names the broken one, the cause and the cure.")
    .option("--bundle <file>", "write a report for support into this file; it holds no secret")
    .option("--bucket <address>", "try as well what you may do in this bucket: NAME, NAME/KEY, or s3://NAME/KEY")
    .option("--write", "put an object of its own into that bucket, and remove it again")
    .action((profile: string | undefined, options: DoctorOptions) =>
      run(context, { ...options, ...(profile && { profile }) }),
    );
}

/** Goes on after a broken link, since keys may outlive the login; the first break is what the command fails with. */
async function run(context: Context, typed: DoctorOptions): Promise<void> {
  const address = bucketIn(typed);
  const options = { ...typed, ...(address?.profile && { profile: address.profile }) };
  const requests: TraceEntry[] = [];
  const { session, profile } = await open(context, { ...options, onAnswer: (entry) => void requests.push(entry) });
  const tell = (finding: AnyFinding): void => {
    if (options.json !== true) context.stderr.write(lineOf(finding));
  };
  const tools = examineTools(context, profile.name);
  const links = await session.examine(tell);
  const tried = address === undefined ? [] : await examineBucket(session, address, options, links);
  tried.forEach(tell);
  const findings: AnyFinding[] = [...links, ...tried, await tools];
  tell(await tools);
  const warnings = await warningsFor(context, profile.name);
  if (options.bundle !== undefined) {
    const state = await session.state();
    const file = await writeBundle(context, options.bundle, { profile, state, findings, warnings, requests });
    context.stderr.write(`The report for support is in ${file}. It holds no secret; look through it all the same.\n`);
  }
  report(context, options, { name: profile.name, findings, warnings });
}

/** @throws Failure `BAD_ADDRESS`, `WRONG_USAGE` */
function bucketIn({ bucket, write }: DoctorOptions): BucketAddress | undefined {
  if (bucket === undefined) {
    if (write !== true) return undefined;
    throw new Failure("WRONG_USAGE", "usage", "--write needs a bucket to write into", {
      cure: ["fedbucket doctor --bucket NAME --write"],
    });
  }
  const address = parseRemote(bucket.includes(":") ? bucket : `s3://${bucket}`);
  return { ...address, bucket: address.bucket ?? parseBucket(bucket).bucket };
}

async function examineBucket(
  session: Session,
  { bucket, key }: BucketAddress,
  { write = false }: DoctorOptions,
  links: readonly AnyFinding[],
): Promise<readonly AnyFinding[]> {
  const isOk = (name: string): boolean => links.some(({ link, state }) => link === name && state === "ok");
  if (!isOk("Endpoint"))
    return [{ link: "Bucket", state: "skipped", detail: "not tried: Endpoint comes first", ms: 0 }];
  return session.examineBucket({ bucket, key, writes: write }, isOk("Keys"));
}

interface Outcome {
  readonly name: string;
  readonly findings: readonly AnyFinding[];
  readonly warnings: readonly string[];
}

/** @throws what the first broken link is broken by */
function report(context: Context, options: DoctorOptions, { name, findings, warnings }: Outcome): void {
  const first = findings.find(({ state }) => state === "broken");
  if (options.json === true) {
    const broken = first === undefined ? {} : { broken: { link: first.link, ...explained(first.problem) } };
    const ok = first === undefined;
    context.stdout.write(
      `${JSON.stringify({ profile: name, ok, ...broken, links: findings.map(asJson), warnings })}\n`,
    );
  } else for (const warning of warnings) context.stderr.write(`warning: ${warning}\n`);
  if (first !== undefined) throw first.problem;
  if (options.json !== true) context.stderr.write("Every link works.\n");
}

function explained(problem: unknown): Record<string, unknown> {
  const { code, message, cure, requestId } = toFailure(problem);
  return { code, message, cure, ...(requestId === undefined ? {} : { requestId }) };
}
