import type { Site, SiteVo } from "./registry.ts";

/**
 * One list of several, the first having the last word. A site is the same when name and Keystone are; one that a later
 * list knows by its name alone (GOCDB, where operators write addresses by hand) adds what it says to the sites of that
 * name.
 */
export function mergeSites(...lists: readonly (readonly Site[])[]): Site[] {
  const merged = new Map<string, Site>();
  for (const site of lists.flat()) {
    const same = merged.get(keyOf(site));
    const named = [...merged.values()].filter(({ name }) => name === site.name);
    if (same !== undefined) merged.set(keyOf(same), both(same, site));
    else if (named.length > 0 && site.vos.length === 0)
      for (const other of named) merged.set(keyOf(other), both(other, site));
    else merged.set(keyOf(site), site);
  }
  return [...merged.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = ({ name, keystone }: Site): string => `${name.toLowerCase()} ${keystone}`;

function both(site: Site, more: Site): Site {
  const objectStore = site.objectStore ?? more.objectStore;
  return {
    ...more,
    ...site,
    ...(objectStore === undefined ? {} : { objectStore }),
    vos: bothVos(site.vos, more.vos),
  };
}

function bothVos(vos: readonly SiteVo[], more: readonly SiteVo[]): SiteVo[] {
  const added = more.filter(
    ({ name, projectId }) =>
      !vos.some((vo) => vo.name === name || (projectId !== undefined && vo.projectId === projectId)),
  );
  return [...vos, ...added];
}
