import { parseJson, readText } from "../../body.ts";
import type { Http, SendOptions } from "../../http.ts";
import { siteOf } from "./site-entry.ts";
import { type Answer, sorted } from "./source.ts";

/**
 * The cloud information system: sites with their projects, as their own OpenStack last said.
 *
 * @param url `https://is.cloud.egi.eu/sites/`
 * @see fedcloud-catchall-operations, src/fedcloud_catchall/discovery.py, fetch_site_info
 */
export async function readInformationSystem(http: Http, url: string, options: SendOptions): Promise<Answer> {
  const address = `${url}?include_projects=true`;
  const response = await http.send({ method: "GET", url: address, headers: { accept: "application/json" } }, options);
  const list = parseJson(await readText(response));
  if (response.status !== 200 || !Array.isArray(list))
    return { sites: [], problems: [`${url} answered with status ${response.status}, no list of sites`] };
  return sorted(list.map((entry: unknown) => siteOf(entryOf(entry))));
}

function entryOf(value: unknown): Parameters<typeof siteOf>[0] {
  const { name, url, projects } = (value ?? {}) as { name?: unknown; url?: unknown; projects?: unknown };
  const list: unknown[] = Array.isArray(projects) ? projects : [];
  const vos = list.map((project) => {
    const { name, id } = (project ?? {}) as { name?: unknown; id?: unknown };
    return { name, projectId: id };
  });
  return { name, url, vos };
}
