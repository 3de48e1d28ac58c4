import { type Columns, ObjectPage } from "../object-page.ts";
import { slicer, type SliceText } from "../utf8.ts";
import { decodeReferences } from "../xml.ts";
import { scanXml, type XmlHandler } from "../xml-scan.ts";
import { readDigits, readIsoTime } from "../xml-values.ts";
import { decodeName, decodeNames } from "./encoded-names.ts";

/** What a `ListBucketResult` says. */
export interface ListBucketResult {
  readonly objects: ObjectPage;
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  readonly continuationToken: string | undefined;
}

/**
 * Reads a page straight from its bytes: a million keys are a thousand pages, and a tree of elements for each takes many
 * times as long. Undefined when the document is another one, or was cut off.
 *
 * @param columns Where to put the objects.
 */
export function parseListPage(xml: Uint8Array, columns: Columns): ListBucketResult | undefined {
  const reader = new PageReader(xml, columns);
  return scanXml(xml, reader) && reader.isListing ? reader.result() : undefined;
}

/** How deep elements are: the root is at 1. */
const [fieldDepth, innerDepth] = [2, 3];
const [percent, plus, ampersand, quotationMark, firstNonAscii] = [37, 43, 38, 34, 128];

class PageReader implements XmlHandler {
  readonly #xml: Uint8Array;
  readonly #slice: SliceText;
  readonly #columns: Columns;
  /** Objects read to their end. */
  #count = 0;
  readonly #prefixes: string[] = [];
  /** Whether a key has what is special in a URL: whether keys are encoded may be said behind them. */
  #maybeEncoded = false;
  #depth = 0;
  #isInObject = false;
  #isInPrefixes = false;
  /** The name of the innermost element. */
  #nameStart = 0;
  #nameEnd = 0;
  /** Its text, as far as it is one range; `#pieces` in place of that when it is put together of several. */
  #start = 0;
  #end = 0;
  #pieces: string | undefined;
  #isUrlEncoded = false;
  #isTruncated = false;
  #continuationToken: string | undefined;
  isListing = false;

  constructor(xml: Uint8Array, columns: Columns) {
    this.#xml = xml;
    this.#slice = slicer(xml);
    this.#columns = columns;
    columns.clear();
  }

  open(nameStart: number, nameEnd: number): void {
    this.#depth++;
    this.#nameStart = nameStart;
    this.#nameEnd = nameEnd;
    this.#clearText();
    if (this.#depth === 1) this.isListing = this.#isNamed("ListBucketResult");
    else if (this.#depth === fieldDepth) {
      this.#isInObject = this.#isNamed("Contents");
      this.#isInPrefixes = !this.#isInObject && this.#isNamed("CommonPrefixes");
      if (this.#isInObject) this.#beginObject();
    }
  }

  text(start: number, end: number, isLiteral: boolean): void {
    if (this.#end === 0 && this.#pieces === undefined && !isLiteral) {
      this.#start = start;
      this.#end = end;
      return;
    }
    const piece = this.#slice(start, end, false);
    this.#pieces = this.#textOfElement() + (isLiteral ? piece : decodeReferences(piece));
  }

  close(): void {
    if (this.#depth === innerDepth) {
      if (this.#isInObject) this.#readInner();
      else if (this.#isInPrefixes && this.#isNamed("Prefix")) this.#prefixes.push(this.#textOfElement());
    } else if (this.#depth === fieldDepth) {
      if (this.#isInObject) this.#endObject();
      else if (!this.#isInPrefixes) this.#readField();
    }
    this.#depth--;
    this.#nameStart = this.#nameEnd = 0;
    this.#clearText();
  }

  result(): ListBucketResult {
    const isEncoded = this.#isUrlEncoded;
    if (isEncoded && this.#maybeEncoded) decodeNames(this.#columns.keys);
    return {
      objects: new ObjectPage(this.#columns),
      prefixes: isEncoded ? this.#prefixes.map(decodeName) : this.#prefixes,
      isTruncated: this.#isTruncated,
      continuationToken: this.#continuationToken,
    };
  }

  /** What an object does not say. */
  #beginObject(): void {
    this.#columns.bytes[this.#count] = 0;
    this.#columns.modifiedMs[this.#count] = Number.NaN;
  }

  #endObject(): void {
    const { keys, etags } = this.#columns;
    this.#count++;
    if (keys.count < this.#count) keys.pushText("");
    if (etags.count < this.#count) etags.pushText("");
  }

  #clearText(): void {
    this.#start = this.#end = 0;
    this.#pieces = undefined;
  }

  #isNamed(name: string): boolean {
    if (this.#nameEnd - this.#nameStart !== name.length) return false;
    for (let at = 0; at < name.length; at++) if (this.#xml[this.#nameStart + at] !== name.charCodeAt(at)) return false;
    return true;
  }

  #textOfElement(): string {
    return this.#pieces ?? decodeReferences(this.#slice(this.#start, this.#end, false));
  }

  #readField(): void {
    if (this.#isNamed("IsTruncated")) this.#isTruncated = this.#textOfElement() === "true";
    // RGW does not encode the token, AWS's needs no encoding.
    else if (this.#isNamed("NextContinuationToken")) this.#continuationToken = this.#textOfElement() || undefined;
    else if (this.#isNamed("EncodingType")) this.#isUrlEncoded = this.#textOfElement() === "url";
  }

  /** Of two keys that one object has, the first counts. */
  #readInner(): void {
    const hasRange = this.#pieces === undefined;
    if (this.#isNamed("Key")) {
      if (this.#columns.keys.count === this.#count) this.#readKey();
    } else if (this.#isNamed("Size"))
      this.#columns.bytes[this.#count] =
        (hasRange ? readDigits(this.#xml, this.#start, this.#end) : undefined) ?? Number(this.#textOfElement());
    else if (this.#isNamed("ETag")) {
      if (this.#columns.etags.count === this.#count) this.#readEtag();
    } else if (this.#isNamed("LastModified"))
      this.#columns.modifiedMs[this.#count] =
        (hasRange ? readIsoTime(this.#xml, this.#start, this.#end) : undefined) ?? Date.parse(this.#textOfElement());
  }

  #readKey(): void {
    let isAscii = true;
    let isPlain = this.#pieces === undefined;
    if (!isPlain) this.#maybeEncoded = true;
    for (let at = this.#start; at < this.#end; at++) {
      const byte = this.#xml[at] ?? 0;
      if (byte === percent || byte === plus) this.#maybeEncoded = true;
      else if (byte === ampersand) isPlain = false;
      else if (byte >= firstNonAscii) isAscii = false;
    }
    if (isPlain) this.#columns.keys.push(this.#xml, this.#start, this.#end, isAscii);
    else this.#columns.keys.pushText(this.#textOfElement());
  }

  #readEtag(): void {
    const start = this.#start + this.#quoteAt(this.#start);
    const end = this.#end - this.#quoteBefore(this.#end);
    let isPlain = this.#pieces === undefined;
    for (let at = start; at < end; at++) {
      const byte = this.#xml[at] ?? 0;
      if (byte === ampersand || byte === quotationMark || byte >= firstNonAscii) isPlain = false;
    }
    if (isPlain) this.#columns.etags.push(this.#xml, start, Math.max(start, end), true);
    else this.#columns.etags.pushText(this.#textOfElement().replaceAll('"', ""));
  }

  /** So many bytes are a quotation mark there, in whichever of the ways servers write it. */
  #quoteAt(start: number): number {
    for (const quote of quotes) if (startsWith(this.#xml, start, quote)) return quote.length;
    return 0;
  }

  #quoteBefore(end: number): number {
    for (const quote of quotes) if (startsWith(this.#xml, end - quote.length, quote)) return quote.length;
    return 0;
  }
}

const quotes = ["&quot;", "&#34;", '"'];

function startsWith(bytes: Uint8Array, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}
