import { slicer } from "./utf8.ts";
import { scanXml } from "./xml-scan.ts";

/** An element of an XML document. Values stay text, so `007` is not 7. Attributes are left out: no server we ask says anything in them. */
export interface XmlElement {
  /** Without the namespace's prefix. */
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/** The document's root element; undefined when the text is not well-formed XML, an HTML page for example. */
export function parseXml(document: string): XmlElement | undefined {
  const bytes = new TextEncoder().encode(document);
  const slice = slicer(bytes);
  const top: XmlElement = { name: "", text: "", children: [] };
  const open = [top];
  const isWellFormed = scanXml(bytes, {
    open(start, end) {
      const element: XmlElement = { name: slice(start, end, false), text: "", children: [] };
      open.at(-1)?.children.push(element);
      open.push(element);
    },
    text(start, end, isLiteral) {
      const element = open.at(-1);
      const text = slice(start, end, false);
      if (element !== undefined) element.text += isLiteral ? text : decodeReferences(text);
    },
    close: () => void open.pop(),
  });
  return isWellFormed ? top.children[0] : undefined;
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

export function decodeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return named[name ?? ""] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : whole);
  });
}

/** The elements of that name directly below. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The first element of that name directly below. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** Its text; undefined when there is no such element or it is empty. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text || undefined;
}

/** Text as it may stand between tags. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
