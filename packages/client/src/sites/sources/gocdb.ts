import { readText } from "../../body.ts";
import type { Http, SendOptions } from "../../http.ts";
import { childrenOf, childText, parseXml } from "../../xml.ts";
import { siteOf } from "./site-entry.ts";
import { type Answer, sorted } from "./source.ts";

/**
 * GOCDB: the sites that monitor an object store. It is the only source that says who has one. The address given there is
 * Keystone's.
 *
 * @param url The public interface, `https://goc.egi.eu/gocdbpi/public/`.
 * @see https://docs.egi.eu/providers/cloud-compute/registration
 */
export async function readGocdb(http: Http, url: string, options: SendOptions): Promise<Answer> {
  const query = "?method=get_service_endpoint&service_type=org.openstack.swift&monitored=Y";
  const request = { method: "GET", url: url + query, headers: { accept: "application/xml" } } as const;
  const response = await http.send(request, options);
  const results = parseXml(await readText(response));
  if (response.status !== 200 || results?.name !== "results")
    return { sites: [], problems: [`${url} answered with status ${response.status}, no list of services`] };
  const services = childrenOf(results, "SERVICE_ENDPOINT").filter(
    (service) => childText(service, "IN_PRODUCTION") !== "N",
  );
  const entries = services.map((service) => ({
    name: childText(service, "SITENAME"),
    url: childText(service, "URL"),
    objectStore: true,
    vos: [],
  }));
  return sorted(entries.map(siteOf));
}
