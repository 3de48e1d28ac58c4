import { chainFailure, checkSite, type Site, type SiteFinding } from "@fedbucket/client";
import { connectedProfiles, fedbucketPaths, loadState, lookAtCertificate } from "@fedbucket/client/node";
import { Command } from "commander";
import { anonymousHttp } from "../../anonymous-http.ts";
import type { Context } from "../../context.ts";
import { caBundleOption, debugOption, jsonOption } from "../../options.ts";
import { knownSites, sitesNamed } from "../../sites/known.ts";

interface CheckOptions {
  readonly all?: boolean;
  readonly store?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly caBundle?: string;
}

interface Checked {
  readonly site: Site;
  readonly findings: readonly SiteFinding[];
}

/** Until a server must have answered; a site that needs longer is broken for people, too. */
const patienceMs = 10_000;

/** How many sites are looked at at once. */
const atOnce = 8;

export function command(context: Context): Command {
  return new Command("check")
    .argument("[site...]", "names, or hosts of Keystones")
    .description(
      "Looks at sites as anybody can, without an account: certificate, Keystone and its version, the federation's provider, the store. Made to be run every week.",
    )
    .option("--all", "every site that is known")
    .option("--store <url>", "the Swift address to look at, when one site is named (default: as learned by connecting)")
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action((names: string[], options: CheckOptions) => run(context, names, options));
}

async function run(context: Context, names: readonly string[], options: CheckOptions): Promise<void> {
  const list = await knownSites(context);
  const sites = options.all === true ? list.sites : names.flatMap((name) => siteOf(name, list));
  if (sites.length === 0) throw noSiteNamed();
  const stores = await learnedStores(context);
  const http = anonymousHttp(context, {
    ...options,
    connectTimeoutMs: patienceMs,
    idleTimeoutMs: patienceMs,
    retries: false,
  });
  const checked: Checked[] = [];
  const caBundle = options.caBundle ?? context.env["FEDBUCKET_CA_BUNDLE"];
  const check = async (site: Site): Promise<void> => {
    const storageUrl = (sites.length === 1 ? options.store : undefined) ?? stores.get(site.keystone);
    const certificate = (url: string): ReturnType<typeof lookAtCertificate> =>
      lookAtCertificate(url, { env: context.env, caBundle, timeoutMs: patienceMs });
    const { signal } = context;
    const findings = await checkSite(site, { http, now: context.now(), certificate, storageUrl, signal });
    checked.push({ site, findings });
    if (options.json !== true) context.stdout.write(describe({ site, findings }));
  };
  for (let at = 0; at < sites.length; at += atOnce) await Promise.all(sites.slice(at, at + atOnce).map(check));
  if (options.json === true) context.stdout.write(`${JSON.stringify({ sites: checked.map(asJson) })}\n`);
  const broken = checked.filter(isBroken).map(({ site }) => site.name);
  if (broken.length > 0) throw somethingBroken(broken, checked.length);
}

/** A site of the list, or any address. */
function siteOf(name: string, list: Awaited<ReturnType<typeof knownSites>>): readonly Site[] {
  const url = /^https?:\/\//.test(name) ? URL.parse(name) : null;
  if (url === null) return sitesNamed(name, list);
  const path = url.pathname.replace(/\/+$/, "");
  const keystone = `${url.origin}${path.endsWith("/v3") ? path : `${path}/v3`}`;
  return [list.sites.find((site) => site.keystone === keystone) ?? { name: url.host, keystone, vos: [] }];
}

/** Addresses of object stores by Keystone, as connecting learned them; state that cannot be read tells nothing. */
async function learnedStores({ env }: Context): Promise<ReadonlyMap<string, string>> {
  const { state } = fedbucketPaths(env);
  const found = new Map<string, string>();
  for (const name of await connectedProfiles(state)) {
    const profile = await loadState(state, name).catch(() => undefined);
    const storageUrl = profile?.endpoint?.storageUrl;
    if (profile !== undefined && storageUrl !== undefined) found.set(profile.keystoneUrl, storageUrl);
  }
  return found;
}

const isBroken = ({ findings }: Checked): boolean => findings.some(({ ok }) => ok === false);

function describe({ site, findings }: Checked): string {
  const lines = findings.map(({ look, ok, detail, ms }) => {
    const mark = ok === undefined ? "-" : ok ? "✓" : "✗";
    return `  ${mark} ${look.padEnd(11)} ${detail}${ok === undefined ? "" : `   ${Math.round(ms)} ms`}`;
  });
  return `${site.name}  ${site.keystone}\n${lines.join("\n")}\n`;
}

const asJson = ({ site: { name, keystone }, findings }: Checked): unknown => ({
  name,
  keystone,
  ok: !isBroken({ site: { name, keystone, vos: [] }, findings }),
  findings,
});

const noSiteNamed = (): Error =>
  chainFailure("SITE_NOT_CHOSEN", "no site was named", {
    cure: ["fedbucket site check SITE", "fedbucket site check --all"],
  });

const somethingBroken = (names: readonly string[], of: number): Error =>
  chainFailure("SITE_CHECK_FAILED", `something is wrong at ${names.length} of ${of}: ${names.join(", ")}`, {
    cure: [`The lines with ✗ say what. Tell the site's support, or look again later: fedbucket site check ${names[0]}`],
  });
