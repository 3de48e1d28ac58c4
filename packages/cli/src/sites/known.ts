import { chainFailure, findSites, nearest, type Site, snapshotTakenOn } from "@fedbucket/client";
import { fedbucketPaths, readSiteList, type SiteList } from "@fedbucket/client/node";
import type { Context } from "../context.ts";

/** The sites that have names here. */
export const knownSites = (context: Context): Promise<SiteList> => readSiteList(fedbucketPaths(context.env).cache);

/** How old the list is, and how to get a newer one. */
export function ageOf({ updatedAt }: SiteList): string {
  const when = updatedAt === undefined ? `of ${snapshotTakenOn}, as shipped` : `of ${updatedAt.slice(0, 10)}`;
  return `The list is ${when}. A newer one: fedbucket site update`;
}

/**
 * The sites of a name, more than one where Keystones share it.
 *
 * @throws Failure `SITE_UNKNOWN`
 */
export function sitesNamed(name: string, { sites }: SiteList): readonly Site[] {
  const found = [...findSites(name, sites), ...sites.filter(({ keystone }) => new URL(keystone).hostname === name)];
  if (found.length > 0) return found;
  const names = [...new Set(sites.map((site) => site.name))];
  const meant = nearest(name, names);
  throw chainFailure("SITE_UNKNOWN", `there is no site called ${name}`, {
    cure: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      `Known sites: ${names.join(", ")}`,
      "A newer list: fedbucket site update",
    ],
  });
}
