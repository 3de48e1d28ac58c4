import { parseJson, readText } from "../../body.ts";
import type { Http, HttpResponse, SendOptions } from "../../http.ts";
import type { Site } from "../registry.ts";
import { readSiteFile } from "./site-file.ts";
import { type Answer, sorted } from "./source.ts";

/** How many files are asked for at once. */
const atOnce = 6;

/**
 * EGI's registry: a folder of YAML files at GitHub, one for each Keystone. Files that are gone, broken or of a newer form
 * are named and left out; fedcloudclient, which gives up at the first one, has been broken by that for months.
 *
 * @param url GitHub's "Get repository content" of the folder.
 * @see https://docs.github.com/en/rest/repos/contents
 */
export async function readCatalogue(http: Http, url: string, options: SendOptions): Promise<Answer> {
  const listing = await get(http, url, options);
  const entries = parseJson(await readText(listing));
  if (listing.status !== 200 || !Array.isArray(entries))
    return { sites: [], problems: [`${url} answered with status ${listing.status}, no list of files`] };
  const files = entries.flatMap((entry: unknown) => fileOf(entry, url));
  const found: (Site | string)[] = [];
  for (let at = 0; at < files.length; at += atOnce)
    found.push(...(await Promise.all(files.slice(at, at + atOnce).map((file) => readSite(http, file, options)))));
  return sorted(found);
}

/** Only from GitHub's own file server, or from where the list came. */
function fileOf(entry: unknown, from: string): { name: string; url: string }[] {
  const { name, download_url: address } = (entry ?? {}) as { name?: unknown; download_url?: unknown };
  if (typeof name !== "string" || typeof address !== "string" || !/\.ya?ml$/.test(name)) return [];
  const url = URL.parse(address);
  const allowed = url?.origin === "https://raw.githubusercontent.com" || url?.origin === new URL(from).origin;
  return url !== null && allowed ? [{ name, url: url.href }] : [];
}

async function readSite(http: Http, file: { name: string; url: string }, options: SendOptions): Promise<Site | string> {
  try {
    const response = await get(http, file.url, options);
    const text = await readText(response);
    if (response.status !== 200) return `${file.name} answered with status ${response.status}`;
    const found = readSiteFile(text);
    return typeof found === "string" ? `${file.name}: ${found}` : found;
  } catch (error) {
    options.signal?.throwIfAborted();
    return `${file.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const get = (http: Http, url: string, options: SendOptions): Promise<HttpResponse> =>
  http.send({ method: "GET", url, headers: { accept: "application/json, text/plain, */*" } }, options);
