import { slicer, type SliceText } from "../utf8.ts";
import { decodeReferences } from "../xml.ts";
import { scanXml, type XmlHandler } from "../xml-scan.ts";
import { readDigits, readIsoTime } from "../xml-values.ts";

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Since 1970. */
  readonly modifiedMs: number;
}

/** What a `ListBucketResult` says. */
export interface ListBucketResult {
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  readonly continuationToken: string | undefined;
}

/**
 * Reads a page straight from its bytes: a million keys are a thousand pages, and a tree of elements for each takes many
 * times as long. Undefined when the document is another one, or was cut off.
 */
export function parseListPage(xml: Uint8Array): ListBucketResult | undefined {
  const reader = new PageReader(xml);
  return scanXml(xml, reader) && reader.isListing ? reader.result() : undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** How deep elements are: the root is at 1. */
const [fieldDepth, innerDepth] = [2, 3];
const [percent, plus, ampersand, quotationMark, firstNonAscii] = [37, 43, 38, 34, 128];

class PageReader implements XmlHandler {
  readonly #xml: Uint8Array;
  readonly #slice: SliceText;
  readonly #objects: Mutable<ListedObject>[] = [];
  readonly #prefixes: string[] = [];
  /** Objects whose names have what is special in a URL: whether they are encoded may be said behind them. */
  readonly #maybeEncoded: Mutable<ListedObject>[] = [];
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
  #object: Mutable<ListedObject> = { key: "", bytes: 0, etag: "", modifiedMs: Number.NaN };
  #isUrlEncoded = false;
  #isTruncated = false;
  #continuationToken: string | undefined;
  isListing = false;

  constructor(xml: Uint8Array) {
    this.#xml = xml;
    this.#slice = slicer(xml);
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
      if (this.#isInObject) this.#object = { key: "", bytes: 0, etag: "", modifiedMs: Number.NaN };
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
      if (this.#isInObject) this.#objects.push(this.#object);
      else if (!this.#isInPrefixes) this.#readField();
    }
    this.#depth--;
    this.#nameStart = this.#nameEnd = 0;
    this.#clearText();
  }

  result(): ListBucketResult {
    const decode = this.#isUrlEncoded ? decodeName : (name: string): string => name;
    for (const object of this.#maybeEncoded) object.key = decode(object.key);
    return {
      objects: this.#objects,
      prefixes: this.#prefixes.map(decode),
      isTruncated: this.#isTruncated,
      continuationToken: this.#continuationToken,
    };
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

  #readInner(): void {
    const object = this.#object;
    const hasRange = this.#pieces === undefined;
    if (this.#isNamed("Key")) this.#readKey(object);
    else if (this.#isNamed("Size"))
      object.bytes =
        (hasRange ? readDigits(this.#xml, this.#start, this.#end) : undefined) ?? Number(this.#textOfElement());
    else if (this.#isNamed("ETag")) object.etag = this.#etag();
    else if (this.#isNamed("LastModified"))
      object.modifiedMs =
        (hasRange ? readIsoTime(this.#xml, this.#start, this.#end) : undefined) ?? Date.parse(this.#textOfElement());
  }

  #readKey(object: Mutable<ListedObject>): void {
    let isPlain = this.#pieces === undefined;
    let maybeEncoded = !isPlain;
    for (let at = this.#start; at < this.#end; at++) {
      const byte = this.#xml[at] ?? 0;
      if (byte === percent || byte === plus) maybeEncoded = true;
      else if (byte === ampersand || byte >= firstNonAscii) isPlain = false;
    }
    object.key = isPlain ? this.#slice(this.#start, this.#end, true) : this.#textOfElement();
    if (maybeEncoded) this.#maybeEncoded.push(object);
  }

  #etag(): string {
    const start = this.#start + this.#quoteAt(this.#start);
    const end = this.#end - this.#quoteBefore(this.#end);
    let isPlain = this.#pieces === undefined;
    for (let at = start; at < end; at++) {
      const byte = this.#xml[at] ?? 0;
      if (byte === ampersand || byte === quotationMark || byte >= firstNonAscii) isPlain = false;
    }
    return isPlain ? this.#slice(start, Math.max(start, end), true) : this.#textOfElement().replaceAll('"', "");
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

/** AWS and MinIO write a space as `+`, RGW and Swift as `%20`; all write a plus as `%2B`. */
export function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.includes("+") ? name.replaceAll("+", " ") : name);
  } catch {
    return name;
  }
}
