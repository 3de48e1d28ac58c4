import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { chainFailure, type Failure, type Http, type ProjectFile, readText } from "@fedbucket/client";
import { parseProjectFile } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { mayCarryTokens } from "../may-carry-tokens.ts";

/** More than any project file; whatever is longer is something else. */
const maxLength = 65_536;

/**
 * Reads a project file from this machine, or from an https address.
 *
 * @throws Failure `PROJECT_FILE_NOT_FOUND`, `PROJECT_FILE_UNSAFE`, and as `parseProjectFile`
 */
export async function readProjectFile(context: Context, typed: string, http: () => Http): Promise<ProjectFile> {
  const isAddress = /^[a-z][a-z0-9+.-]+:\/\//i.test(typed);
  const text = isAddress ? await download(typed, http()) : await readLocal(resolve(context.cwd, typed), typed);
  return parseProjectFile(text, typed);
}

async function readLocal(path: string, typed: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).slice(0, maxLength);
  } catch (cause) {
    throw notFound(typed, "cannot be read here", cause);
  }
}

async function download(url: string, http: Http): Promise<string> {
  const { protocol } = URL.parse(url) ?? {};
  if ((protocol !== "https:" && protocol !== "http:") || !mayCarryTokens(url)) {
    throw chainFailure("PROJECT_FILE_UNSAFE", `${url} is not an https address: anybody on the way could change it`, {
      cure: [
        "Download it, look at it, and give its path; or use its encrypted address:",
        `fedbucket connect ${url.replace(/^\w+/, "https")}`,
      ],
    });
  }
  const response = await http.send({ method: "GET", url, headers: { accept: "application/toml, text/plain, */*" } });
  const text = await readText(response);
  if (response.status === 200) return text.slice(0, maxLength);
  const { location } = response.headers;
  if (location !== undefined) throw moved(url, new URL(location, url).href);
  throw notFound(url, `answered with status ${response.status}`);
}

/** Nobody is led elsewhere unseen: the person types the other address. */
const moved = (url: string, location: string): Failure =>
  chainFailure("PROJECT_FILE_NOT_FOUND", `${url} leads elsewhere`, {
    cure: ["If you know where it leads to:", `fedbucket connect ${location}`],
  });

const notFound = (typed: string, why: string, cause?: unknown): Failure =>
  chainFailure("PROJECT_FILE_NOT_FOUND", `the project file ${typed} ${why}`, {
    cause,
    cure: ["Check the spelling. A profile goes by its name alone: fedbucket connect NAME"],
  });
