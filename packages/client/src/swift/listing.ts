import type { HttpResponse } from "../http.ts";
import { badAnswer, isRecord, readSwiftError } from "./errors.ts";

/** The most that Swift gives by default; a site may allow less, and then refuses more with 412. */
export const pageLimit = 10_000;

/**
 * No server seen gives less than this while there is more. RGW takes any limit and quietly gives fewer rows, as
 * `rgw_max_listing_results` says (1,000 by default), so that a page which is not full proves nothing.
 *
 * @see ceph src/rgw/rgw_op.cc, RGWListBucket::parse_max_keys
 */
const smallestFullPage = 1000;

/**
 * Name of the last row, when another page may follow.
 *
 * @param limit So many rows were asked for.
 */
export function nextMarker(names: readonly string[], limit: number = pageLimit): string | undefined {
  return names.length < Math.min(limit, smallestFullPage) ? undefined : names.at(-1);
}

/** The rows of a JSON listing. An empty one may be a 204 without a body. */
export async function readRows(response: HttpResponse): Promise<readonly Readonly<Record<string, unknown>>[]> {
  if (response.status !== 200 && response.status !== 204) throw await readSwiftError(response);
  const text = await readAll(response);
  if (text === "") return [];
  const rows = parse(text);
  if (!Array.isArray(rows) || !rows.every(isRecord)) throw badAnswer("a list in JSON", response);
  return rows;
}

/** 10,000 names of 1,024 bytes may be more than `readText` takes. */
async function readAll(response: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const textIn = (row: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = row[name];
  return typeof value === "string" ? value : undefined;
};

export const numberIn = (row: Readonly<Record<string, unknown>>, name: string): number | undefined => {
  const value = row[name];
  return typeof value === "number" ? value : undefined;
};
