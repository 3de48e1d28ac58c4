import { XMLParser, XMLValidator } from "fast-xml-parser";
import { S3Error } from "./errors.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const SPECIAL = /[&<>"'\p{Cc}]/u;
const ALL_SPECIAL = new RegExp(SPECIAL, "gu");
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * Text for XML. Control characters become numeric references, as in RGW; XML 1.0 has no legal way to write most of
 * them, so clients with such keys ask for `encoding-type=url`.
 */
function escape(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(
    ALL_SPECIAL,
    (char) => ESCAPES[char] ?? `&#x${char.charCodeAt(0).toString(16).padStart(2, "0")};`,
  );
}

/** `<name>text</name>` with the text escaped. */
export function element(name: string, text: string | number | boolean): string {
  return `<${name}>${escape(String(text))}</${name}>`;
}

/** As {@link element}, or nothing where there is no value. */
export function optional(name: string, text: string | undefined): string {
  return text === undefined ? "" : element(name, text);
}

/** A whole document; `content` is XML already. */
export function document(root: string, content: string, namespace: string = ` xmlns="${NAMESPACE}"`): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${root}${namespace}>${content}</${root}>`;
}

export type XmlNode = { readonly [name: string]: readonly (XmlNode | string)[] };

// Values stay strings ("007" is a name) and no entity is expanded: `textOf` decodes the five that XML predefines.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  removeNSPrefix: true,
  trimValues: false,
  isArray: () => true,
});

/** Parses a document with this root element, or throws MalformedXML. */
export function parse(text: string, root: string): XmlNode {
  if (text.includes("<!DOCTYPE") || XMLValidator.validate(text) !== true) throw new S3Error("MalformedXML");
  const node = (parser.parse(text) as XmlNode)[root]?.[0];
  if (node === undefined) throw new S3Error("MalformedXML", `The root element is not <${root}>.`);
  return typeof node === "string" ? {} : node;
}

/** The child elements of a name; those that hold text only are left out. */
export function children(node: XmlNode, name: string): readonly XmlNode[] {
  return (node[name] ?? []).filter((child) => typeof child !== "string");
}

/** The text of the first child of a name. */
export function textOf(node: XmlNode, name: string): string | undefined {
  const child = node[name]?.[0];
  return typeof child === "string" ? unescape(child) : undefined;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
