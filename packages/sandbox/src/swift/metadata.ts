import type { ServiceRequest } from "../http/service.ts";
import type { ObjectHeaders } from "../storage/storage.ts";
import { guessContentType } from "./content-types.ts";

type Headers = ServiceRequest["headers"];

const systemNames = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];

/** What a PUT says of an object. Without a content type RGW guesses one from the name. */
export function objectHeaders(headers: Headers, object: string): ObjectHeaders {
  const contentType = headers["content-type"] || guessContentType(object);
  return { ...(contentType ? { contentType } : {}), system: systemHeaders(headers), metadata: objectMetadata(headers) };
}

/** What a POST leaves of an object: new metadata in place of all the old, other headers only where they are given. */
export function postedHeaders(headers: Headers, old: ObjectHeaders): ObjectHeaders {
  const contentType = headers["content-type"] || old.contentType;
  return {
    ...(contentType ? { contentType } : {}),
    system: { ...old.system, ...systemHeaders(headers) },
    metadata: objectMetadata(headers),
    ...(old.traits === undefined ? {} : { traits: old.traits }),
  };
}

function systemHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(systemNames.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));
}

function objectMetadata(headers: Headers): Record<string, string> {
  const prefix = "x-object-meta-";
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(prefix) && value ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

/**
 * The metadata a PUT or POST changes on an account or container, by full lower-case name. An empty value removes, and
 * so does `X-Remove-...`.
 */
export function changedMetadata(headers: Headers, kind: "account" | "container"): Record<string, string> {
  const set = `x-${kind}-meta-`;
  const remove = `x-remove-${kind}-meta-`;
  const changes: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(set)) changes[name] = value ?? "";
    if (name.startsWith(remove)) changes[set + name.slice(remove.length)] = "";
  }
  return changes;
}

/** `x-object-meta-my-key` as RGW writes it: `X-Object-Meta-My-Key`. */
function titleCase(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

export function titleCased(headers: Readonly<Record<string, string>>, prefix = ""): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [titleCase(prefix + name), value]));
}
