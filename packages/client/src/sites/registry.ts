import snapshot from "./registry.json" with { type: "json" };

/** A cloud provider of the federation, as EGI's registry describes it. */
export interface Site {
  /** Its name in GOCDB, for example `CESNET-MCCG2`. Two Keystones may share one. */
  readonly name: string;
  /** Keystone v3 root. */
  readonly keystone: string;
  /** `openid` or `oidc`, where the site says which; both are tried otherwise. */
  readonly protocol?: string;
  /** keystoneauth's name of the only way in, where that is no federated login: `v3applicationcredential`. */
  readonly auth?: string;
  /** Whether GOCDB lists an object store there. Absent where nobody says. */
  readonly objectStore?: boolean;
  readonly vos: readonly SiteVo[];
}

/** What a VO has at a site. A name may be a VO, or one of several projects of a VO (`vo.pangeo.eu-swift`). */
export interface SiteVo {
  readonly name: string;
  readonly projectId?: string;
}

/**
 * The snapshot that is shipped. Keystone decides what a person really has; this only says where to ask. An access token
 * goes to these hosts without a question; what is learned later is only told by name.
 */
export const sites: readonly Site[] = snapshot.sites;

/** When the snapshot was taken, `2026-07-01`. */
export const snapshotTakenOn: string = snapshot.takenOn;

export const findSites = (name: string, known: readonly Site[]): Site[] =>
  known.filter((site) => site.name.toLowerCase() === name.toLowerCase());

export const sitesOfVo = (vo: string, known: readonly Site[]): Site[] =>
  known.filter((site) => site.vos.some(({ name }) => name === vo));

/** Every VO or project name that some site has, each once, sorted. */
export const voNames = (known: readonly Site[] = sites): string[] =>
  [...new Set(known.flatMap(({ vos }) => vos.map(({ name }) => name)))].sort();
