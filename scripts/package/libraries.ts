import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { lockedPackage } from "./runtime.ts";
import { root } from "./source.ts";

/** Somebody else's package of which at least one file is in the bundle. */
export interface Library {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as its package.json says. */
  readonly license: string;
  /** The licence's own words. */
  readonly licenseText: string;
  /** `sha512-` and base64, of the archive in the registry. */
  readonly integrity?: string;
}

/** The libraries that the bundle's modules come from: what is really inside, not what the manifests ask for. */
export function librariesOf(modules: readonly string[]): Library[] {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  return [...folders].sort().map(readLibrary);
}

/** `/…/node_modules/a/node_modules/@b/c/x.js` is in `/…/node_modules/a/node_modules/@b/c`. */
function packageFolder(file: string): string | undefined {
  const folder = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1];
  return folder?.startsWith(join(root, "node_modules")) === true ? folder : undefined;
}

function readLibrary(folder: string): Library {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license: string;
  };
  const inLock = lockedPackage(folder.slice(join(root, "node_modules").length + 1).replaceAll(sep, "/"));
  return {
    name,
    version,
    license,
    licenseText: licenseText(folder) ?? `${license}; the package carries no text of its own.`,
    ...(inLock.integrity === undefined ? {} : { integrity: inLock.integrity }),
  };
}

function licenseText(folder: string): string | undefined {
  const [file] = globSync("{LICEN[SC]E,licen[sc]e,License,COPYING}*", { cwd: folder }).sort();
  return file === undefined ? undefined : readFileSync(join(folder, file), "utf8").trim();
}

/** The notices that the licences of what we carry ask to be handed on. */
export function thirdPartyLicenses(libraries: readonly Library[], node?: string): string {
  const rule = "-".repeat(80);
  const parts = libraries.map(({ name, version, licenseText }) => `${name} ${version}\n\n${licenseText}\n`);
  if (node !== undefined) parts.push(`Node.js\n\n${node.trim()}\n`);
  return ["This program contains the following software.\n", ...parts].join(`\n${rule}\n\n`);
}
