/** One comma-separated item of an ACL in Ceph RGW's form: `.r:*`, `.r:-bad.example`, `.rlistings`, `project:user`. */
const referrer = /^\.(?:r|ref|referer|referrer):(?<not>-?)(?<host>.*)$/;

/**
 * `X-Container-Read` or `X-Container-Write` as RGW gives it back: without blanks, `.r:*.example.org` as `.r:.example.org`.
 * Undefined for one it refuses: a referrer without a host, or any in a write ACL.
 *
 * @see RGWAccessControlPolicy_SWIFT in rgw_acl_swift.cc
 */
export function normalAcl(header: string, kind: "read" | "write"): string | undefined {
  const items = header.split(",").flatMap((item) => item.trim() || []);
  const normal = items.map((item) => normalItem(item, kind));
  return normal.includes(undefined) ? undefined : normal.join(",");
}

function normalItem(item: string, kind: "read" | "write"): string | undefined {
  const { not = "", host } = referrer.exec(item)?.groups ?? {};
  if (host === undefined) return item;
  if (host.trim() === "" || kind === "write") return undefined;
  return `.r:${not}${host.trim().replace(/^\*(?=\.)/, "")}`;
}

export interface AclVisitor {
  /** Every item that would name this caller; empty for an anonymous one. */
  readonly names: readonly string[];
  /** Host of the `Referer`, where there is one. */
  readonly referrer?: string | undefined;
}

/**
 * Whether an ACL lets somebody in. As in RGW 16.2, `.r:*` lets everybody list as well as read, and `.rlistings` adds
 * nothing; of several referrers the last that fits counts.
 */
export function isInAcl(acl: string | undefined, { names, referrer: host }: AclVisitor): boolean {
  if (!acl) return false;
  const items = acl.split(",");
  if (items.some((item) => names.includes(item))) return true;
  let isIn = false;
  for (const item of items) {
    const { not, host: wanted } = referrer.exec(item)?.groups ?? {};
    if (wanted !== undefined && fits(wanted, host)) isIn = not === "";
  }
  return isIn;
}

function fits(wanted: string, host: string | undefined): boolean {
  if (wanted === "*") return true;
  if (host === undefined) return false;
  return wanted.startsWith(".") ? host.endsWith(wanted) : host === wanted;
}
