import { XMLParser } from "fast-xml-parser";
import type { Answer, Side } from "./side.ts";

/** `status`, `header NAME` or `body PATH`, with the two values; undefined where one side has none. */
export type Differences = Readonly<
  Record<string, { readonly sandbox: string | undefined; readonly server: string | undefined }>
>;

/** Of the connection, or read by no client. */
const unread = new Set(["date", "server", "connection", "keep-alive", "transfer-encoding", "content-length"]);
/** Of these headers and values a client knows only that they are there. */
const madeUp =
  /^header x-(trans-id|amz-request-id|openstack-request-id|timestamp|subject-token)$|^body (.*\/)?(id|\w+_id|audit_ids\/\*|HostId|RequestId|secret)$/;
const madeUpWithin = /\b[0-9a-f]{64}\b/g;
const times = /\d{4}-\d\d-\d\dT[\d:.]+Z?|\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT|\b1\d{9}\.\d+\b/g;

export function differences(sandbox: readonly [Side, Answer], server: readonly [Side, Answer]): Differences {
  const [a, b] = [facts(...sandbox), facts(...server)];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
  return Object.fromEntries(
    names.filter((name) => a[name] !== b[name]).map((name) => [name, { sandbox: a[name], server: b[name] }]),
  );
}

/** What a client can see of an answer, with what differs from run to run replaced by words. */
function facts({ words }: Side, { status, headers, body }: Answer): Record<string, string> {
  const found: Record<string, Set<string>> = { status: new Set([String(status)]) };
  const note = (name: string, value: string): void => {
    const plain = normalised(value, words);
    (found[name] ??= new Set()).add(plain === value && madeUp.test(name) ? "{made up}" : plain);
  };
  for (const [name, value] of Object.entries(headers)) if (!unread.has(name)) note(`header ${name}`, value);
  for (const [path, value] of leaves(parse(body))) note(`body ${path}`.trim(), value);
  return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, [...values].toSorted().join(" or ")]));
}

function normalised(text: string, words: Side["words"]): string {
  const named = [...words].reduce((text, [word, value]) => text.replaceAll(value, `{${word}}`), text);
  return named.replaceAll(times, "{time}").replaceAll(madeUpWithin, "{made up}");
}

const xml = new XMLParser({ parseTagValue: false, ignoreAttributes: true, ignoreDeclaration: true });

function parse(body: string): unknown {
  if (body.startsWith("<?xml")) return xml.parse(body);
  if (/^[[{]/.test(body)) return JSON.parse(body);
  return body === "" ? {} : body;
}

/** Values and their paths. Items of a list have their place in it, but for Keystone, which promises no order. */
function* leaves(value: unknown, path = ""): Generator<[string, string]> {
  if (typeof value !== "object" || value === null) yield [path, String(value)];
  else {
    const unordered = Array.isArray(value) && /^(token|projects)\b/.test(path);
    for (const [name, child] of Object.entries(value))
      yield* leaves(child, [path, unordered ? "*" : name].filter(Boolean).join("/"));
  }
}
