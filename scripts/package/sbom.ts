import { createHash } from "node:crypto";
import type { Library } from "./libraries.ts";
import type { Source } from "./source.ts";

/** What the executables carry besides the bundle: Node, and the libraries inside Node with their versions. */
export interface Runtime {
  readonly version: string;
  readonly parts: Readonly<Record<string, string | undefined>>;
}

/** Entries of `process.versions` that are not software: interface numbers and data. */
const notSoftware = new Set(["node", "modules", "napi", "unicode", "cldr", "tz"]);

/**
 * The bill of materials of one kind of package, from what was really bundled.
 *
 * @see CycloneDX 1.6
 */
export function sbom(source: Source, libraries: readonly Library[], runtime?: Runtime): string {
  const components = [...libraries.map(libraryComponent), ...(runtime === undefined ? [] : [nodeComponent(runtime)])];
  const body = {
    metadata: {
      timestamp: source.date.toISOString(),
      component: {
        type: "application",
        "bom-ref": "fedbucket",
        name: "fedbucket",
        version: source.version,
        licenses: [{ license: { id: "Apache-2.0" } }],
        ...(source.commit === undefined ? {} : { properties: [{ name: "fedbucket:commit", value: source.commit }] }),
      },
    },
    components,
    dependencies: [{ ref: "fedbucket", dependsOn: components.map((component) => component["bom-ref"]) }],
  };
  const head = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: serialNumber(body), version: 1 };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}

function libraryComponent({ name, version, license, integrity }: Library) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const sha512 =
    integrity?.startsWith("sha512-") === true ? Buffer.from(integrity.slice(7), "base64").toString("hex") : undefined;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    licenses: /[ ()]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }],
    ...(sha512 === undefined ? {} : { hashes: [{ alg: "SHA-512", content: sha512 }] }),
  };
}

function nodeComponent({ version, parts }: Runtime) {
  const inside = Object.entries(parts).filter(([name, value]) => value !== undefined && !notSoftware.has(name));
  return {
    type: "platform",
    "bom-ref": `pkg:generic/node@${version}`,
    name: "node",
    version,
    purl: `pkg:generic/node@${version}`,
    components: inside.map(([name, value]) => ({
      type: "library",
      "bom-ref": `node/${name}@${value}`,
      name,
      version: value,
    })),
  };
}

/** A UUID that depends on the content alone. */
function serialNumber(body: unknown): string {
  const hex = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
