/** Something the world renamed: what people still type, what it is today, and a sentence that says so. */
export interface Renamed {
  readonly now: string;
  readonly note: string;
}

const voAliases: Readonly<Record<string, Renamed>> = {
  "vo.pangeo.egi.eu": { now: "vo.pangeo.eu", note: "the VO vo.pangeo.egi.eu is called vo.pangeo.eu" },
  "/vo.pangeo.eu/escience": {
    now: "vo.pangeo.eu-escience",
    note: "/vo.pangeo.eu/escience has been called vo.pangeo.eu-escience since the site moved",
  },
};

/** CESNET-MCC left the federation on 2026-02-19; its projects moved to CESNET-MCCG2. */
const movedSite = (old: string): Renamed => ({
  now: "CESNET-MCCG2",
  note: `${old} was closed in February 2026; its projects moved to CESNET-MCCG2`,
});

const oldSites = ["cesnet-mcc", "identity.cloud.muni.cz", "object-store.cloud.muni.cz"];

/** The how-to's project at the closed site. The sandbox has one of that id, so this holds for CESNET-MCCG2 only. */
const projectAliases: Readonly<Record<string, Renamed>> = {
  "57102d3e06b7476088fe4924370ae170": {
    now: "018313f0144a4b1697669b4b7d5c8368",
    note: "project 57102d3e06b7476088fe4924370ae170 belonged to the closed site CESNET-MCC; today it is vo.pangeo.eu at CESNET-MCCG2",
  },
};

export const renamedVo = (vo: string): Renamed | undefined => voAliases[vo];

/** Takes a site's name, a host name, or an address that holds one. */
export function renamedSite(site: string): Renamed | undefined {
  const host = /^https?:\/\//i.test(site) ? URL.parse(site)?.hostname : site;
  const old = oldSites.find((name) => name === host?.toLowerCase());
  return old === undefined ? undefined : movedSite(site);
}

export const renamedProject = (siteName: string, projectId: string): Renamed | undefined =>
  siteName === "CESNET-MCCG2" ? projectAliases[projectId] : undefined;
