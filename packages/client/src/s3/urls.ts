/** Percent-encoding as signatures want it: everything but letters, digits and `-._~`. */
export function percentEncode(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Parameters in the given order; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

export function serviceUrl(endpoint: string, query: Query = {}): string {
  return `${endpoint}/${queryString(query)}`;
}

/** Path-style: every server takes it, and certificates rarely cover a host name for each bucket. */
export function bucketUrl(endpoint: string, bucket: string, query: Query = {}): string {
  return `${endpoint}/${percentEncode(bucket)}${queryString(query)}`;
}

/** The slashes of a key stay; `.` and `..` are ordinary names. */
export function objectUrl(endpoint: string, bucket: string, key: string, query: Query = {}): string {
  const path = key.split("/").map(percentEncode).join("/");
  return `${endpoint}/${percentEncode(bucket)}/${path}${queryString(query)}`;
}

function queryString(query: Query): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  if (pairs.length === 0) return "";
  return `?${pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&")}`;
}
