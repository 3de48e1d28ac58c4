import { type Site, sites as shipped } from "@fedbucket/client";
import { fedbucketPaths, readConfig } from "@fedbucket/client/node";
import { Command } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { ageOf, knownSites, sitesNamed } from "../../sites/known.ts";
import { table } from "../../table.ts";

export function command(context: Context): Command {
  return new Command("show")
    .argument("<site>", "its name, or the host of its Keystone")
    .description("Shows what is known of a site: its Keystone, its VOs and their projects.")
    .addOption(jsonOption())
    .action((site: string, options: { json?: boolean }) => run(context, site, options));
}

async function run(context: Context, name: string, { json }: { json?: boolean }): Promise<void> {
  const list = await knownSites(context);
  const { trustedHosts } = await readConfig(fedbucketPaths(context.env).config);
  const sites = sitesNamed(name, list).map((site) => ({ ...site, trust: trustOf(site, trustedHosts) }));
  if (json === true) context.stdout.write(`${JSON.stringify({ sites, updatedAt: list.updatedAt })}\n`);
  else {
    for (const site of sites) context.stdout.write(describe(site));
    context.stderr.write(`${ageOf(list)}\n`);
  }
}

/** Why an access token goes there; undefined where the person is asked first. */
function trustOf({ keystone }: Site, confirmed: readonly string[]): "shipped" | "confirmed" | undefined {
  const { origin, host, hostname } = new URL(keystone);
  if (shipped.some((site) => new URL(site.keystone).origin === origin)) return "shipped";
  return confirmed.includes(host) || confirmed.includes(hostname) ? "confirmed" : undefined;
}

function describe(site: Site & { trust: ReturnType<typeof trustOf> }): string {
  const { name, keystone, protocol, auth, objectStore, vos, trust } = site;
  const signIn =
    auth === "v3applicationcredential" ? "application credentials only" : (protocol ?? "openid, then oidc");
  const lines = [
    ["Site", name],
    ["Keystone", keystone],
    ["Signs in by", signIn],
    ["Store", objectStore === true ? "listed in GOCDB" : "not told"],
    ["Your token", trust === undefined ? "goes there after you confirmed it" : `goes there (${trust})`],
  ];
  const head = lines.map(([key = "", value = ""]) => `${key.padEnd(12)} ${value}`).join("\n");
  return `${head}\n\n${table(
    ["vo or project", "project id"],
    vos.map((vo) => [vo.name, vo.projectId ?? ""]),
  )}\n`;
}
