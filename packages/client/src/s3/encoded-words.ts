/**
 * Metadata that is not ASCII comes back from Amazon's S3 and from Swift's s3api as encoded words. Swift encodes what it holds,
 * UTF-8 read as Latin-1, so that has to be undone as well. What is no encoded word is returned as it is.
 *
 * @see RFC 2047, section 2
 * @see swift/common/middleware/s3api/s3response.py, HeaderKeyDict and S3Response.__init__
 */
export function decodeWords(value: string): string {
  if (!value.startsWith("=?")) return value;
  const words = value.split(/\s+/).map(decodeWord);
  return words.includes(undefined) ? value : asUtf8(words.join(""));
}

function decodeWord(word: string): string | undefined {
  const [, encoding, text = ""] = /^=\?utf-8\?([bq])\?([^?]*)\?=$/i.exec(word) ?? [];
  if (encoding === undefined) return undefined;
  try {
    const bytes = encoding.toLowerCase() === "b" ? atob(text) : unquoted(text);
    return utf8(bytes);
  } catch {
    return undefined; // not what it looks like
  }
}

/** The "Q" encoding, section 4.2: `_` is a space, `=E4` a byte. */
const unquoted = (text: string): string =>
  text
    .replaceAll("_", " ")
    .replaceAll(/=([0-9a-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));

/** A second layer, where there is one. */
function asUtf8(text: string): string {
  if (/[^\0-\xff]/.test(text)) return text;
  try {
    return utf8(text);
  } catch {
    return text;
  }
}

/** @throws TypeError for bytes that are no UTF-8 */
const utf8 = (latin1: string): string =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    Uint8Array.from(latin1, (character) => character.charCodeAt(0)),
  );
