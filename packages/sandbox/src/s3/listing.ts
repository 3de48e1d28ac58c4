import { S3Error } from "./errors.ts";

const MAX_ENTRIES = 1000;

/** The page size asked for, at most and by default 1000. */
export function limitOf(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === "") return MAX_ENTRIES;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw new S3Error("InvalidArgument", `${name} is not a whole number.`);
  return Math.min(limit, MAX_ENTRIES);
}

/** How names are written: with `encoding-type=url` percent-encoded, so that any name passes through XML. */
export function nameWriter(query: URLSearchParams): (name: string) => string {
  if (query.get("encoding-type")?.toLowerCase() !== "url") return (name) => name;
  return (name) => (/^[\w\-.~/]*$/.test(name) ? name : encodeURIComponent(name).replaceAll(/%2F|[!'()*]/g, asRgw));
}

/** RGW keeps slashes and encodes what JavaScript leaves bare. */
function asRgw(text: string): string {
  return text === "%2F" ? "/" : `%${text.charCodeAt(0).toString(16).toUpperCase()}`;
}

const ENCODED = "urlencoded:";

/** RGW's continuation token is the last key itself; one that XML cannot carry is encoded. */
export function writeToken(key: string): string {
  const isSafe = !/\p{Cc}/u.test(key) && !key.startsWith(ENCODED);
  return isSafe ? key : ENCODED + encodeURIComponent(key);
}

export function readToken(token: string): string {
  return token.startsWith(ENCODED) ? decodeURIComponent(token.slice(ENCODED.length)) : token;
}
