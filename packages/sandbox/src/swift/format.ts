import type { ServiceRequest } from "../http/service.ts";

export type Format = "plain" | "json" | "xml";

export const contentTypes: Readonly<Record<Format, string>> = {
  plain: "text/plain; charset=utf-8",
  json: "application/json; charset=utf-8",
  xml: "application/xml; charset=utf-8",
};

const accepted: Readonly<Record<string, Format>> = {
  "application/json": "json",
  "application/xml": "xml",
  "text/xml": "xml",
};

/** The query says it, else the first type of `Accept`. See `RGWHandler_REST::allocate_formatter`. */
export function formatOf({ query, headers }: ServiceRequest): Format {
  const asked = query.get("format");
  if (asked === "json" || asked === "xml") return asked;
  const [type = ""] = (headers["accept"] ?? "").split(/[;,]/);
  return (asked === null ? accepted[type.trim()] : undefined) ?? "plain";
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Control characters become numeric references, as in RGW, although XML 1.0 has no legal way to write most of them. */
export function xmlText(text: string): string {
  return text.replaceAll(
    /[&<>"'\p{Cc}]/gu,
    (char) => escapes[char] ?? `&#x${char.charCodeAt(0).toString(16).padStart(2, "0")};`,
  );
}

/** `<name>value</name>` for each entry; a value of undefined is left out. */
export function xmlElements(entries: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(entries)
    .map(([name, value]) => (value === undefined ? "" : `<${name}>${xmlText(String(value))}</${name}>`))
    .join("");
}

export const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>';
