import { fromWire, isAscii } from "../headers.ts";

/** How long a body is, as an answer's head says. */
export type Framing =
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

export interface Head {
  readonly status: number;
  /** Lower-case names, repeated ones joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly framing: Framing;
  /** Whether the connection may serve another request. */
  readonly persists: boolean;
  /** How long the server keeps an idle connection; undefined where it does not tell. */
  readonly keepAliveMs: number | undefined;
}

/** As much as Node takes: more is no answer of an object store. */
export const maxHeadBytes = 16_384;

/** Repeated by careless proxies; the first one counts, as with Node. */
const single = new Set([
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "location",
  "retry-after",
  "server",
]);

const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** Bare CR, bare LF and NUL among them. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)|(?<!\r)\n/;
/** Names as servers write them, so that the usual ones are read once. */
const known = new Map<string, string>();
const mostKnown = 256;

/**
 * Reads a status line and headers. What two readers could understand differently is refused: a length that is told twice
 * or beside chunks, folded lines, a space before a colon, bare line ends.
 *
 * @param text The bytes as Latin-1, without the empty line.
 * @throws Error with the `code` of Node's parser: `HPE_...`
 * @see RFC 9112, sections 2.2, 4, 5, 6.1, 6.3 and 9.3
 */
export function parseHead(text: string): Head {
  const lines = text.split("\r\n");
  const [, minor, code] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(lines[0] ?? "") ?? [];
  if (code === undefined || control.test(lines[0] ?? "")) throw malformed("INVALID_CONSTANT");
  if (control.test(text)) throw malformed("INVALID_HEADER_TOKEN");
  const headers: Record<string, string | undefined> = Object.create(null);
  const read = isAscii(text) ? asItIs : fromWire;
  for (let at = 1; at < lines.length; at++) addLine(headers, lines[at] ?? "", read);
  const connection = (headers["connection"] ?? "").toLowerCase();
  const framing = framingOf(headers, minor === "0");
  const persists = minor === "1" ? !/\bclose\b/.test(connection) : /\bkeep-alive\b/.test(connection);
  const seconds = /\btimeout=(\d{1,6})\b/.exec(headers["keep-alive"] ?? "")?.[1];
  return {
    status: Number(code),
    headers,
    framing,
    persists,
    keepAliveMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

const asItIs = (value: string): string => value;

function addLine(headers: Record<string, string | undefined>, line: string, read: (value: string) => string): void {
  const colon = line.indexOf(":");
  const key = nameOf(line.slice(0, Math.max(0, colon)));
  const value = read(line.slice(colon + 1).trim());
  const before = headers[key];
  if (before === undefined) headers[key] = value;
  else if (key === "content-length") throw malformed("UNEXPECTED_CONTENT_LENGTH");
  else if (!single.has(key)) headers[key] = `${before}, ${value}`;
}

/** In lower case. */
function nameOf(written: string): string {
  const name = known.get(written);
  if (name !== undefined) return name;
  if (!token.test(written)) throw malformed("INVALID_HEADER_TOKEN");
  const lower = written.toLowerCase();
  if (known.size < mostKnown) known.set(written, lower);
  return lower;
}

function framingOf(headers: Head["headers"], isOld: boolean): Framing {
  const [encoding, length] = [headers["transfer-encoding"], headers["content-length"]];
  if (encoding !== undefined) {
    if (length !== undefined) throw malformed("UNEXPECTED_CONTENT_LENGTH");
    if (encoding.toLowerCase() !== "chunked" || isOld) throw malformed("INVALID_TRANSFER_ENCODING");
    return { kind: "chunked" };
  }
  if (length === undefined) return { kind: "until-close" };
  if (!/^\d{1,15}$/.test(length)) throw malformed("INVALID_CONTENT_LENGTH");
  return { kind: "length", bytes: Number(length) };
}

export function malformed(why: string): Error {
  return Object.assign(new Error("the answer is not valid HTTP"), { code: `HPE_${why}` });
}
