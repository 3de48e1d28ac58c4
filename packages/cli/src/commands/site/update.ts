import { chainFailure, gatherSites, type SourceReport, upstream } from "@fedbucket/client";
import { fedbucketPaths, writeSiteList } from "@fedbucket/client/node";
import { Command, Option } from "commander";
import { anonymousHttp } from "../../anonymous-http.ts";
import type { Context } from "../../context.ts";
import { caBundleOption, debugOption, jsonOption } from "../../options.ts";
import { knownSites } from "../../sites/known.ts";

interface UpdateOptions {
  readonly registry: string;
  readonly gocdb: string;
  readonly informationSystem: string;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly caBundle?: string;
}

export function command(context: Context): Command {
  return new Command("update")
    .description(
      "Asks EGI's registry, GOCDB and the cloud information system which sites there are. What one of them does not answer is done without. New hosts get your token only after you confirmed them.",
    )
    .addOption(addressOption("--registry <url>", "FEDBUCKET_REGISTRY_URL", upstream.registry))
    .addOption(addressOption("--gocdb <url>", "FEDBUCKET_GOCDB_URL", upstream.gocdb))
    .addOption(
      addressOption("--information-system <url>", "FEDBUCKET_INFORMATION_SYSTEM_URL", upstream.informationSystem),
    )
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action((options: UpdateOptions) => run(context, options));
}

const addressOption = (flags: string, variable: string, address: string): Option =>
  new Option(flags, "another place to ask").env(variable).default(address);

async function run(context: Context, options: UpdateOptions): Promise<void> {
  const before = await knownSites(context);
  const http = anonymousHttp(context, { ...options, connectTimeoutMs: 5000, idleTimeoutMs: 15_000 });
  const { sites, reports } = await gatherSites(http, options, { signal: context.signal });
  const answered = reports.some((report) => report.sites > 0);
  if (answered) await writeSiteList(fedbucketPaths(context.env).cache, sites, context.now());
  const added = sites.filter(({ keystone }) => !before.sites.some((site) => site.keystone === keystone));
  const gone = before.sites.filter(({ keystone }) => !sites.some((site) => site.keystone === keystone));
  if (options.json === true) context.stdout.write(`${JSON.stringify({ sites, sources: reports, added, gone })}\n`);
  else for (const report of reports) context.stderr.write(describe(report));
  if (!answered) throw nothingAnswered();
  if (options.json === true) return;
  const names = (list: typeof added): string => [...new Set(list.map(({ name }) => name))].join(", ");
  if (added.length > 0) context.stderr.write(`New: ${names(added)}\n`);
  if (gone.length > 0) context.stderr.write(`Gone: ${names(gone)}\n`);
  context.stderr.write(`${sites.length} sites are known now. Next: fedbucket site list\n`);
}

const titles = { registry: "Registry", gocdb: "GOCDB", informationSystem: "Information system" } as const;

function describe({ source, sites, problems }: SourceReport): string {
  const mark = problems.length === 0 ? "✓" : sites > 0 ? "!" : "✗";
  const first = `${mark} ${titles[source].padEnd(18)} ${sites} ${sites === 1 ? "site" : "sites"}\n`;
  return first + problems.map((problem) => `    left out: ${problem}\n`).join("");
}

const nothingAnswered = (): Error =>
  chainFailure("SITES_NOT_UPDATED", "none of the three sources could be read; the list of before stays", {
    cure: ["Behind a proxy, set HTTPS_PROXY. Then try again: fedbucket site update"],
  });
