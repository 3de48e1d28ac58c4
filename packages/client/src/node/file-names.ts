import { createHash } from "node:crypto";
import { isComposed } from "./normal-form.ts";
import { isSafeFileName } from "./safe-name.ts";
import { temporaryPrefix } from "./write-file.ts";

/** Begins every escape: a quotation mark that hardly any name has. */
const mark = "\u201b";

/** Bytes of a name that leave room for a mark behind it; the most that file systems take is 255. */
const longestBytes = 240;

// eslint-disable-next-line no-control-regex -- those are what Windows refuses
const forbiddenOnWindows = /[<>:"|?*\\\x00-\x1f]|[. ]$/g;

/**
 * The path of an object's name below a folder. A part that no file can have is escaped: bytes as `‛2F`, an empty part
 * as `‛_`, a long one as several folders that end in `‛~`. {@link partOf} undoes it.
 */
export function namesOf(key: string, platform: string = process.platform): string[] {
  return key.split("/").flatMap((part) => escapePart(part, platform));
}

/** The same, with all but ASCII escaped in parts that are not in Unicode's form C. See {@link isComposed}. */
export function composedNamesOf(key: string, platform: string = process.platform): string[] {
  return key.split("/").flatMap((part) => {
    if (isComposed(part)) return escapePart(part, platform);
    const safe = escapeUnsafe(part.replace(/[^\0-\x7f]+/g, escapeBytes), platform);
    return Buffer.byteLength(safe) <= 255 ? [safe] : split(safe);
  });
}

/** Behind the name of a file where a folder has the plain name, or the reverse. */
export const twinOf = (name: string): string => `${name}${mark}`;

/** Where a disk takes another name that is there for this one: `‛=` and twelve digits behind it, and the case it has. */
export function caseTwinOf(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 12);
  return `${name}${mark}=${digest}`;
}

/** Whether a path leads through a name that {@link caseTwinOf} made. */
export const hasCaseTwin = (path: string): boolean => path.includes(`${mark}=`);

const withoutCaseTwin = (name: string): string => name.replace(/\u201b=[0-9a-f]{12}(?=\u201b?$)/, "");

function escapePart(part: string, platform: string): string[] {
  if (part === "") return [`${mark}_`];
  const marked = part.replaceAll(mark, escapeBytes);
  const safe = isSafe(marked, platform) ? marked : escapeUnsafe(marked, platform);
  return Buffer.byteLength(safe) <= 255 ? [safe] : split(safe);
}

/** Its length aside. */
function isSafe(name: string, platform: string): boolean {
  if (name === "." || name === ".." || name.includes("\0") || name.startsWith(temporaryPrefix)) return false;
  return platform !== "win32" || isSafeFileName(name.slice(-80), platform);
}

function escapeUnsafe(name: string, platform: string): string {
  const escaped = name.replace(platform === "win32" ? forbiddenOnWindows : /\0/g, escapeBytes);
  return isSafe(escaped, platform) ? escaped : escapeBytes(escaped[0] ?? "") + escaped.slice(1);
}

function escapeBytes(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) => `${mark}${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

/** Cuts between characters, and never within an escape. */
function split(name: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const token of name.match(/\u201b[0-9A-F]{2}|[^]/gu) ?? []) {
    if (Buffer.byteLength(piece + token) > longestBytes) {
      pieces.push(`${piece}${mark}~`);
      piece = "";
    }
    piece += token;
  }
  return [...pieces, piece];
}

/** Whether a folder only holds the rest of a long name. */
export const isContinued = (name: string): boolean => withoutCaseTwin(name).endsWith(`${mark}~`);

/** What a name of a file or folder stands for in a key. Escapes that {@link namesOf} does not make stay as they are. */
export function partOf(found: string): string {
  if (!found.includes(mark)) return found;
  const name = withoutCaseTwin(found);
  if (name === `${mark}_`) return "";
  const body = isContinued(name) ? name.slice(0, -2) : name.endsWith(mark) ? name.slice(0, -1) : name;
  return body.replace(/(?:\u201b[0-9A-F]{2})+/g, (escaped) =>
    Buffer.from(escaped.replaceAll(mark, ""), "hex").toString("utf8"),
  );
}
