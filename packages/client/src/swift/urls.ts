/** Parameters in the given order; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * @param storageUrl The account: `…/v1/AUTH_<project>` at a Swift, `…/swift/v1` at an RGW. No trailing slash.
 */
export function accountUrl(storageUrl: string, query: Query = {}): string {
  return `${storageUrl}${queryString(query)}`;
}

export function containerUrl(storageUrl: string, container: string, query: Query = {}): string {
  return `${storageUrl}/${encodeURIComponent(container)}${queryString(query)}`;
}

export function objectUrl(storageUrl: string, container: string, object: string): string {
  return `${storageUrl}/${objectPath(container, object)}`;
}

/** The slashes of a name stay; `.` and `..` are ordinary names. */
export function objectPath(container: string, object: string): string {
  return [container, ...object.split("/")].map(encodeURIComponent).join("/");
}

/** An ETag as a condition wants it. One of an object in segments comes quoted already. */
export const quoted = (etag: string): string => `"${etag.replaceAll('"', "")}"`;

function queryString(query: Query): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  if (pairs.length === 0) return "";
  return `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}
