import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import { sortedByPath, textFile } from "./file-entry.ts";
import { root, type Source } from "./source.ts";
import { tarGz } from "./tar.ts";

/** The fields of packages/cli/package.json that npm users need; dependencies are not among them, since the bundle has everything. */
const publishedFields = ["name", "version", "description", "license", "type", "engines"] as const;

/** What goes beside the bundle. */
export interface NpmExtras {
  readonly manual: string;
  readonly license: string;
  readonly thirdPartyLicenses: string;
  readonly sbom: string;
}

/** The archive that `npm install` takes, laid out as `npm pack` does. */
export function makeNpmPackage(source: Source, bundle: Bundle, extras: NpmExtras): Buffer {
  const files = [
    textFile("package/package.json", `${JSON.stringify(manifest(), null, 2)}\n`),
    textFile("package/README.md", readFileSync(join(root, "README.md"), "utf8")),
    textFile("package/LICENSE", extras.license),
    textFile("package/THIRD-PARTY-LICENSES.txt", extras.thirdPartyLicenses),
    textFile("package/fedbucket.cdx.json", extras.sbom),
    textFile("package/man/fedbucket.1", extras.manual),
    { path: "package/bin/fedbucket.cjs", bytes: binFile("fedbucket.cjs"), executable: true },
    { path: "package/bin/load-compiled.cjs", bytes: binFile("load-compiled.cjs"), executable: false },
    ...bundle.files.map(({ name, code }) => textFile(`package/dist/${name}`, code)),
  ];
  return tarGz(sortedByPath(files), source.date);
}

const binFile = (name: string): Buffer => readFileSync(join(root, "packages/cli/bin", name));

function manifest(): Record<string, unknown> {
  const ours = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8")) as Record<string, unknown>;
  return {
    ...Object.fromEntries(publishedFields.map((field) => [field, ours[field]])),
    bin: ours["bin"],
    man: "man/fedbucket.1",
  };
}
