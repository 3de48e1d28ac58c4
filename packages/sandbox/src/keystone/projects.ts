/** A project and the group whose members may use it. */
export interface Project {
  readonly id: string;
  readonly name: string;
  /** Path of the VO group, as in its entitlement; also the mapped Keystone group's name. */
  readonly group: string;
  /** Made at the first start. */
  readonly containers: readonly string[];
}

/** Of the catalog's endpoints. */
export const region = "RegionOne";

/** How Keystone calls Check-in, and the protocol it federates by. */
export const identityProvider = "egi.eu";
export const protocol = "openid";

/** The domain Keystone made for the identity provider. */
export const domain = { id: "f99a5e4b39e34e86aa5aa2fbda0b1bf2", name: "egi.eu" } as const;

/** The first has the id and the containers of the how-to. */
export const projects: readonly [Project, ...Project[]] = [
  {
    id: "57102d3e06b7476088fe4924370ae170",
    name: "vo.pangeo.eu",
    group: "vo.pangeo.eu",
    containers: ["WG1", "input-data", "test-gey", "test-slv", "tmp"],
  },
  {
    id: "25f5aa2c69e140e1be947381b9c119bc",
    name: "vo.pangeo.eu-escience",
    group: "vo.pangeo.eu:escience",
    containers: [],
  },
];

/** Names that projects had before the site moved, or that guides still use. */
const oldNames: Readonly<Record<string, string>> = {
  "vo.pangeo.egi.eu": "vo.pangeo.eu",
  "/vo.pangeo.eu/escience": "vo.pangeo.eu-escience",
};

export function findProject(id: string): Project | undefined {
  return projects.find((project) => project.id === id);
}

export function findProjectByName(name: string): Project | undefined {
  const current = Object.hasOwn(oldNames, name) ? oldNames[name] : name;
  return projects.find((project) => project.name === current);
}

/**
 * The groups that entitlements map to, as the site's mapping would: member of a group that owns a project.
 *
 * @see AARC-G069 section 2
 */
export function mapGroups(entitlements: readonly string[]): readonly string[] {
  const groups = entitlements.map((urn) => /^urn:mace:egi\.eu:group:(.+):role=member#aai\.egi\.eu$/.exec(urn)?.[1]);
  return projects.map(({ group }) => group).filter((group) => groups.includes(group));
}
