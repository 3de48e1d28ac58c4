import { join } from "node:path";
import type { Site } from "../sites/registry.ts";
import { sites as shipped } from "../sites/registry.ts";
import { siteOf } from "../sites/sources/site-entry.ts";
import { writeFileAtomically } from "./atomic-write.ts";
import { readIfThere } from "./state.ts";

/** The list of sites to go by. */
export interface SiteList {
  readonly sites: readonly Site[];
  /** When it was last asked for; absent for the shipped one. */
  readonly updatedAt?: string;
}

/** Raised when an older fedbucket could misread the file; such a file is passed over, being a cache. */
const format = 1;

const fileIn = (cacheFolder: string): string => join(cacheFolder, "sites.json");

/** As last updated, else as shipped. What cannot be read any more counts as never updated. */
export async function readSiteList(cacheFolder: string): Promise<SiteList> {
  const text = await readIfThere(fileIn(cacheFolder)).catch(() => undefined);
  return (text === undefined ? undefined : decode(text)) ?? { sites: shipped };
}

export async function writeSiteList(cacheFolder: string, sites: readonly Site[], now: Date): Promise<void> {
  const text = `${JSON.stringify({ format, updatedAt: now.toISOString(), sites }, undefined, 1)}\n`;
  await writeFileAtomically(fileIn(cacheFolder), text, { mode: 0o644, folderMode: 0o700 });
}

function decode(text: string): SiteList | undefined {
  try {
    const stored = JSON.parse(text) as { format: unknown; updatedAt: unknown; sites: readonly Site[] };
    if (stored.format !== format || typeof stored.updatedAt !== "string") return undefined;
    const sites = stored.sites.map((site) => siteOf({ ...site, url: site.keystone }));
    return { sites: sites.filter((site) => typeof site !== "string"), updatedAt: stored.updatedAt };
  } catch {
    return undefined;
  }
}
