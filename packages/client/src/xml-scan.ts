/** Told what is in an XML document, in order. Names and texts are ranges of its bytes, so that nothing is made that nobody wants. */
export interface XmlHandler {
  /** The name is without the namespace's prefix. */
  open(nameStart: number, nameEnd: number): void;
  /** @param isLiteral Whether references in it are none: it is CDATA. */
  text(start: number, end: number, isLiteral: boolean): void;
  close(): void;
}

const [lessThan, greaterThan, slash, colon, questionMark, exclamationMark, space] = [60, 62, 47, 58, 63, 33, 32];

/**
 * Reads what object stores write: elements, text, character references and CDATA. A document type is refused, so no
 * entity can be defined.
 *
 * @param xml In UTF-8.
 * @returns Whether it is well-formed: not so of a document that was cut off, or of an HTML page.
 */
export function scanXml(xml: Uint8Array, handler: XmlHandler): boolean {
  /** Where the names of open elements begin and end. */
  const open: number[] = [];
  let roots = 0;
  let at = 0;
  for (;;) {
    const start = find(xml, lessThan, at);
    if (start < 0) return open.length === 0 && roots === 1;
    if (start > at && open.length > 0) handler.text(at, start, false);
    const first = xml[start + 1];
    if (first === questionMark || first === exclamationMark) {
      const end = endOfMarkup(xml, start);
      if (end === undefined) return false;
      if (end.isText && open.length > 0) handler.text(start + "<![CDATA[".length, end.at - "]]>".length, true);
      at = end.at;
      continue;
    }
    if (first === slash) {
      const nameEnd = open.pop();
      const nameStart = open.pop();
      if (nameEnd === undefined || nameStart === undefined) return false;
      const end = endOfClosing(xml, nameStart, nameEnd, start + 2);
      if (end < 0) return false;
      at = end + 1;
      handler.close();
      continue;
    }
    // A million objects have ten million tags: each is gone through once, and nothing is made for it.
    let end = start + 1;
    let nameStart = end;
    let nameEnd = -1;
    for (; xml[end] !== greaterThan; end++) {
      const byte = xml[end];
      if (byte === undefined) return false;
      if (nameEnd >= 0) continue;
      if (byte <= space || byte === slash) nameEnd = end;
      else if (byte === colon) nameStart = end + 1;
    }
    if (nameEnd < 0) nameEnd = end;
    at = end + 1;
    if (open.length === 0) roots++;
    handler.open(nameStart, nameEnd);
    if (xml[end - 1] === slash) handler.close();
    else open.push(start + 1, nameEnd);
  }
}

/** By hand: names and values are shorter than what a call of `indexOf` costs. */
function find(xml: Uint8Array, byte: number, from: number): number {
  for (let at = from; at < xml.length; at++) if (xml[at] === byte) return at;
  return -1;
}

/** Of a declaration, a comment or CDATA; undefined where it has none, or is a document type. */
function endOfMarkup(xml: Uint8Array, start: number): { readonly at: number; readonly isText: boolean } | undefined {
  const isText = startsWith(xml, start, "<![CDATA[");
  if (startsWith(xml, start, "<!DOCTYPE")) return undefined;
  const closing = isText
    ? "]]>"
    : startsWith(xml, start, "<!--")
      ? "-->"
      : xml[start + 1] === questionMark
        ? "?>"
        : ">";
  for (let at = find(xml, greaterThan, start); at >= 0; at = find(xml, greaterThan, at + 1))
    if (startsWith(xml, at + 1 - closing.length, closing)) return { at: at + 1, isText };
  return undefined;
}

function startsWith(xml: Uint8Array, at: number, text: string): boolean {
  for (let n = 0; n < text.length; n++) if (xml[at + n] !== text.charCodeAt(n)) return false;
  return true;
}

/** Where a closing tag ends; less than 0 when it has not the name of the one that it closes. */
function endOfClosing(xml: Uint8Array, nameStart: number, nameEnd: number, closing: number): number {
  const length = nameEnd - nameStart;
  for (let n = 0; n < length; n++) if (xml[nameStart + n] !== xml[closing + n]) return -1;
  const next = xml[closing + length] ?? 0;
  if (next === greaterThan) return closing + length;
  return next <= space ? find(xml, greaterThan, closing + length) : -1;
}
