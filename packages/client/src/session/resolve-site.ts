import { renamedSite } from "../sites/aliases.ts";
import { findSites, type Site, sites as shipped, sitesOfVo, voNames } from "../sites/registry.ts";
import { nearest } from "../sites/suggest.ts";
import { chainFailure } from "./failures.ts";

interface Wanted {
  /** What the connection is called, for commands that are to be typed. */
  readonly profile: string;
  /** A name, a host or an address. */
  readonly typed: string | undefined;
  readonly vo: string | undefined;
  readonly known: readonly Site[];
}

/**
 * The site that somebody means.
 *
 * @param notes Gets a sentence where something was renamed.
 * @throws Failure `SITE_UNKNOWN`, `SITE_NOT_CHOSEN`, `VO_UNKNOWN`
 */
export function resolveSite({ profile, typed, vo, known }: Wanted, notes: string[]): Site {
  const notChosen = (message: string, candidates: readonly Site[]): Error =>
    siteNotChosen(message, candidates, `fedbucket connect ${profile}`, vo);
  if (typed === undefined) return siteOfVo(vo, known, notChosen);
  const name = today(renamedSite(typed), typed, notes);
  const url = keystoneRoot(name);
  // A list that was updated may have lost a site that somebody is connected to.
  const named = [known, shipped].map((list) => findSites(name, list)).find((found) => found.length > 0) ?? [];
  const [site] = named.length > 1 ? sitesOfVo(vo ?? "", named) : named;
  const found = site ?? known.find(({ keystone }) => keystone === url);
  if (found !== undefined) return found;
  if (named.length > 1) throw notChosen(`${name} has several Keystones`, named);
  if (url !== undefined) return { name: new URL(url).host, keystone: url, vos: [] };
  throw unknownSite(name, known);
}

function unknownSite(name: string, known: readonly Site[]): Error {
  const names = [...new Set(known.map((site) => site.name))];
  const meant = nearest(name, [...names, "sandbox"]);
  return chainFailure("SITE_UNKNOWN", `there is no site called ${name}`, {
    cure: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      `Known sites: ${names.join(", ")}    (newer ones: fedbucket site update)`,
      "Any other site goes by its Keystone address: fedbucket connect --site https://keystone.example.org:5000/v3",
    ],
  });
}

function siteOfVo(
  vo: string | undefined,
  known: readonly Site[],
  notChosen: (message: string, candidates: readonly Site[]) => Error,
): Site {
  if (vo === undefined) throw notChosen("no site was named", known);
  const candidates = sitesOfVo(vo, known);
  const [only] = candidates;
  if (candidates.length > 1) throw notChosen(`several sites have ${vo}`, candidates);
  if (only !== undefined) return only;
  const meant = nearest(vo, voNames(known));
  throw chainFailure("VO_UNKNOWN", `no known site has a VO called ${vo}`, {
    cure: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?  fedbucket connect --vo ${meant}`]),
      `If your site has it, name the site: fedbucket connect --site SITE --vo ${vo}`,
    ],
  });
}

/** Two Keystones may share a name; then their addresses tell them apart. */
function siteNotChosen(message: string, candidates: readonly Site[], connect: string, vo: string | undefined): Error {
  const option = vo === undefined ? "" : ` --vo ${vo}`;
  return chainFailure("SITE_NOT_CHOSEN", message, {
    cure: candidates.map(({ name, keystone }) => {
      const site = findSites(name, candidates).length > 1 ? keystone : name;
      return `${connect} --site ${site}${option}`;
    }),
  });
}

/** `host/v3`, `https://host` and `https://host/v3/` all mean the same Keystone. Undefined for what is no address. */
function keystoneRoot(typed: string): string | undefined {
  if (typed.startsWith("eyJ")) return undefined; // a pasted token, which must not be looked up as a name
  const address = /^https?:\/\//i.test(typed)
    ? typed
    : /^[\w-]+(\.[\w-]+)+(:\d+)?(\/|$)/.test(typed)
      ? `https://${typed}`
      : "";
  const url = URL.parse(address);
  if (url === null) return undefined;
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path.endsWith("/v3") ? path : `${path}/v3`}`;
}

/** The name of today for what was typed; a rename is noted. */
export function today(renamed: { now: string; note: string } | undefined, typed: string, notes: string[]): string {
  if (renamed === undefined) return typed;
  notes.push(renamed.note);
  return renamed.now;
}
