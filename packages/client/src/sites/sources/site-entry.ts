import type { Site, SiteVo } from "../registry.ts";

/** What a source says of a site, before anything is believed. */
export interface SiteEntry {
  readonly name: unknown;
  readonly url: unknown;
  readonly protocol?: unknown;
  readonly auth?: unknown;
  readonly objectStore?: boolean;
  readonly vos: readonly { readonly name: unknown; readonly projectId?: unknown }[];
}

/**
 * A site of what a source says; text that says why not, where that is nothing to go by. VOs that are malformed are left
 * out: one bad line must not hide a site.
 */
export function siteOf(entry: SiteEntry): Site | string {
  const { name, protocol, auth, objectStore } = entry;
  if (typeof name !== "string" || !/^[\w.-]{1,100}$/.test(name)) return `a site without a proper name`;
  const keystone = keystoneOf(entry.url);
  if (keystone === undefined) return `${name} has no https address of a Keystone`;
  return {
    name,
    keystone,
    ...(protocol === "openid" || protocol === "oidc" ? { protocol } : {}),
    ...(typeof auth === "string" && /^\w{1,50}$/.test(auth) ? { auth } : {}),
    ...(objectStore === undefined ? {} : { objectStore }),
    vos: entry.vos.flatMap(voOf),
  };
}

function voOf({ name, projectId }: SiteEntry["vos"][number]): SiteVo[] {
  if (typeof name !== "string" || !/^\/?[\w.:/-]{1,128}$/.test(name)) return [];
  const known = typeof projectId === "string" && /^[0-9a-f-]{32,36}$/i.test(projectId);
  return [{ name, ...(known ? { projectId } : {}) }];
}

/** Sources write `/v3`, `/v3/` or neither. Nothing goes unencrypted, but to this machine. */
function keystoneOf(url: unknown): string | undefined {
  const parsed = typeof url === "string" ? URL.parse(url) : null;
  if (parsed === null) return undefined;
  const { protocol, hostname, origin } = parsed;
  if (protocol !== "https:" && !(protocol === "http:" && hostname === "127.0.0.1")) return undefined;
  const path = parsed.pathname.replace(/\/+$/, "");
  return `${origin}${path.endsWith("/v3") ? path : `${path}/v3`}`;
}
