import { Failure } from "../failure.ts";
import type { Http, SendOptions } from "../http.ts";
import { redactUrl } from "../trace.ts";
import { mergeSites } from "./merge.ts";
import { type Site, sites as shipped } from "./registry.ts";
import { readCatalogue } from "./sources/catalogue.ts";
import { readGocdb } from "./sources/gocdb.ts";
import { readInformationSystem } from "./sources/information-system.ts";
import type { Answer } from "./sources/source.ts";

/** Where the federation says which sites there are. */
export interface SourceAddresses {
  readonly registry: string;
  readonly gocdb: string;
  readonly informationSystem: string;
}

export const upstream: SourceAddresses = {
  registry: "https://api.github.com/repos/EGI-Federation/fedcloud-catchall-operations/contents/sites",
  gocdb: "https://goc.egi.eu/gocdbpi/public/",
  informationSystem: "https://is.cloud.egi.eu/sites/",
};

export interface SourceReport {
  readonly source: keyof SourceAddresses;
  readonly url: string;
  /** How many sites it named. */
  readonly sites: number;
  readonly problems: readonly string[];
}

export interface Gathered {
  readonly sites: readonly Site[];
  readonly reports: readonly SourceReport[];
}

const readers = { registry: readCatalogue, gocdb: readGocdb, informationSystem: readInformationSystem };

/**
 * Asks all sources at once and puts together what they say. A source that fails is reported and done without; only the
 * registry, read without a gap, takes a site off the shipped list.
 */
export async function gatherSites(http: Http, addresses: SourceAddresses, options: SendOptions): Promise<Gathered> {
  const names = ["registry", "informationSystem", "gocdb"] as const;
  const answers = await Promise.all(names.map((name) => read(http, name, addresses[name], options)));
  const [registry = nothing, system = nothing, gocdb = nothing] = answers;
  const isWhole = registry.sites.length > 0 && registry.problems.length === 0;
  const base = isWhole ? registry.sites : mergeSites(registry.sites, shipped);
  return {
    sites: mergeSites(base, system.sites, gocdb.sites),
    reports: names.map((source, at) => {
      const { sites, problems } = answers[at] ?? nothing;
      return { source, url: redactUrl(addresses[source]), sites: sites.length, problems };
    }),
  };
}

const nothing: Answer = { sites: [], problems: [] };

async function read(http: Http, name: keyof SourceAddresses, url: string, options: SendOptions): Promise<Answer> {
  try {
    return await readers[name](http, url, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    return { sites: [], problems: [error.message] };
  }
}
