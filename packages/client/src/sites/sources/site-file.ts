import type { Site } from "../registry.ts";
import { parseBlockYaml, type YamlValue } from "./block-yaml.ts";
import { siteOf } from "./site-entry.ts";

/**
 * A site of one file of EGI's registry; text that says why not, where that is nothing to go by. Keys that are new there
 * are passed over.
 *
 * @throws SyntaxError for what is no YAML of the kind used there.
 * @see fedcloud-catchall-operations, schema.json
 */
export function readSiteFile(text: string): Site | string {
  const file = asRecord(parseBlockYaml(text));
  const vos = Array.isArray(file["vos"]) ? file["vos"].map((vo: YamlValue) => asRecord(vo)) : [];
  return siteOf({
    name: file["gocdb"],
    url: file["endpoint"],
    protocol: file["protocol"],
    auth: file["auth"],
    vos: vos.map((vo) => ({ name: vo["name"], projectId: asRecord(vo["auth"])["project_id"] })),
  });
}

const asRecord = (value: YamlValue | undefined): Readonly<Record<string, YamlValue>> =>
  typeof value === "object" && !Array.isArray(value) ? (value as Record<string, YamlValue>) : {};
