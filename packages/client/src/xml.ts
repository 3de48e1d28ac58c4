/** An element of an XML document. Values stay text, so `007` is not 7. Attributes are left out: no server we ask says anything in them. */
export interface XmlElement {
  /** Without the namespace's prefix. */
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/**
 * The document's root element; undefined when the text is not well-formed XML, an HTML page for example.
 *
 * Reads what object stores write: elements, text, character references and CDATA. A document type is refused, so no
 * entity can be defined.
 *
 * @param takes Told of each complete element directly below the root, in order. What it takes is not kept, so that a
 * long list is never there twice.
 */
export function parseXml(document: string, takes?: (element: XmlElement) => boolean): XmlElement | undefined {
  const top: XmlElement = { name: "", text: "", children: [] };
  const open = [top];
  let at = 0;
  for (let start = document.indexOf("<"); start >= 0; start = document.indexOf("<", at)) {
    const parent = open.at(-1) ?? top;
    if (start > at) parent.text += decodeReferences(document.slice(at, start));
    const closing = closingOf(document, start);
    const end = document.indexOf(closing, start);
    if (end < 0 || document.startsWith("<!DOCTYPE", start)) return undefined;
    at = end + closing.length;
    if (closing === "]]>") parent.text += document.slice(start + "<![CDATA[".length, end);
    if (closing !== ">") continue;
    const tag = document.slice(start + 1, end);
    if (tag.startsWith("/")) {
      const closed = open.length === 1 ? undefined : open.pop();
      if (closed === undefined || closed.name !== nameIn(tag.slice(1))) return undefined;
      if (open.length === 2 && takes?.(closed) === true) open[1]?.children.pop();
    } else {
      const element: XmlElement = { name: nameIn(tag), text: "", children: [] };
      parent.children.push(element);
      if (!tag.endsWith("/")) open.push(element);
    }
  }
  return open.length === 1 && top.children.length === 1 ? top.children[0] : undefined;
}

/** What ends the markup that begins here. */
function closingOf(document: string, start: number): string {
  if (document.startsWith("<?", start)) return "?>";
  if (document.startsWith("<!--", start)) return "-->";
  return document.startsWith("<![CDATA[", start) ? "]]>" : ">";
}

function nameIn(tag: string): string {
  const end = tag.search(/[\s/]/);
  const name = end < 0 ? tag : tag.slice(0, end);
  return name.slice(name.indexOf(":") + 1);
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decodeReferences(text: string): string {
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
