import snapshot from "./registry.json" with { type: "json" };

/** A cloud provider of the federation, as EGI's registry describes it. */
export interface Site {
  /** Its name in GOCDB, for example `CESNET-MCCG2`. */
  readonly name: string;
  /** Keystone v3 root. */
  readonly keystone: string;
  /** `openid` or `oidc`, where the site says which; both are tried otherwise. */
  readonly protocol?: string;
  readonly vos: readonly SiteVo[];
}

/** What a VO has at a site. A name may be a VO, or one of several projects of a VO (`vo.pangeo.eu-swift`). */
interface SiteVo {
  readonly name: string;
  readonly projectId?: string;
}

/** The snapshot that is shipped. Keystone decides what a person really has; this only says where to ask. */
export const sites: readonly Site[] = snapshot.sites;

export const findSite = (name: string): Site | undefined =>
  sites.find((site) => site.name.toLowerCase() === name.toLowerCase());

export const sitesOfVo = (vo: string): Site[] => sites.filter((site) => site.vos.some(({ name }) => name === vo));

/** Every VO or project name that some site has, each once, sorted. */
export const voNames = (): string[] => [...new Set(sites.flatMap(({ vos }) => vos.map(({ name }) => name)))].sort();
