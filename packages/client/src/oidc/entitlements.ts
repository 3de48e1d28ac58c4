/** A group membership, as an entitlement states it. */
export interface Group {
  /** The virtual organisation, or whatever the outermost group is called: `vo.pangeo.eu`. */
  readonly vo: string;
  /** Groups inside it, outermost first. Empty for the VO itself. */
  readonly subgroups: readonly string[];
  /** `member`, `vm_operator`, `manager`... Absent in entitlements without a role. */
  readonly role?: string;
  /** Who says so, for example `aai.egi.eu`. Absent in some older forms. */
  readonly authority?: string;
  /** The entitlement itself. */
  readonly urn: string;
}

/**
 * Reads group memberships from claim values. Anything else (capabilities, other grammars, other types) is passed over,
 * and a membership stated twice is listed once.
 *
 * @see AARC-G069 (and G002 before it): `<NAMESPACE>:group:<GROUP>[:<SUBGROUP>...][:role=<ROLE>][#<AUTHORITY>]`
 */
export function parseEntitlements(values: readonly unknown[]): Group[] {
  const byUrn = new Map<string, Group>();
  for (const value of values) {
    const group = typeof value === "string" ? parseEntitlement(value) : undefined;
    if (group !== undefined) byUrn.set(group.urn, group);
  }
  return [...byUrn.values()];
}

function parseEntitlement(value: string): Group | undefined {
  const urn = value.trim();
  const [path = "", authority] = urn.split("#", 2);
  const match = /^urn:[^#]*?:group:(.+)$/i.exec(path);
  if (match === null) return undefined;
  const parts = (match[1] ?? "").split(":").map(decode).filter(Boolean);
  const role = parts.findLast((part) => part.startsWith("role="))?.slice("role=".length);
  const [vo, ...subgroups] = parts.filter((part) => !part.startsWith("role="));
  if (vo === undefined) return undefined;
  return { vo, subgroups, ...(role ? { role } : {}), ...(authority ? { authority } : {}), urn };
}

/** G069 percent-encodes what a URN cannot hold. Broken encodings are kept as they are. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `vo.pangeo.eu` or `vo.pangeo.eu:escience`, without the role: how a person would name the group. */
export function groupName(group: Group): string {
  return [group.vo, ...group.subgroups].join(":");
}
