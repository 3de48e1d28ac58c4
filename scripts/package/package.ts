// Builds everything that is released into dist/: executables, wheels, the npm package, and what goes with them.
// npm run package [-- --platform NAME]... [--out FOLDER]
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { completionScript } from "../../packages/cli/src/completion-scripts.ts";
import { manualPage } from "../../packages/cli/src/manual.ts";
import { processContext } from "../../packages/cli/src/process-context.ts";
import { type Bundle, bundleCommand } from "./bundle.ts";
import { makeExecutable } from "./executable.ts";
import { type FileEntry, sortedByPath, textFile } from "./file-entry.ts";
import { librariesOf, thirdPartyLicenses } from "./libraries.ts";
import { makeNpmPackage } from "./npm-package.ts";
import { type Platform, platforms } from "./platforms.ts";
import { nodeLicense } from "./runtime.ts";
import { sbom } from "./sbom.ts";
import { readSource, root } from "./source.ts";
import { tarGz } from "./tar.ts";
import { makeWheel } from "./wheel.ts";

const { values } = parseArgs({
  options: { platform: { type: "string", multiple: true }, out: { type: "string", default: join(root, "dist") } },
});
const out = resolve(values.out);
const source = readSource();
const wanted = values.platform?.map(platformNamed) ?? platforms;

const bundle = await bundleCommand();
const libraries = librariesOf(bundle.modules);
const license = readFileSync(join(root, "LICENSE"), "utf8");
const manual = await manualPage(processContext(), source.date.toISOString().slice(0, 10));
const sums: string[] = [];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
release(`fedbucket-${source.version}.tgz`, npmPackage());
for (const platform of wanted) await releasePlatform(platform, bundle);
release("install.sh", readFileSync(join(root, "packaging/install.sh")));
writeFileSync(join(out, "SHA256SUMS"), sums.sort((a, b) => (a.slice(64) < b.slice(64) ? -1 : 1)).join(""));

function npmPackage(): Buffer {
  const licenses = thirdPartyLicenses(libraries);
  return makeNpmPackage(source, bundle, {
    manual,
    license,
    thirdPartyLicenses: licenses,
    sbom: sbom(source, libraries),
  });
}

/** The executable in an archive for `install.sh`, and in a wheel. */
async function releasePlatform(platform: Platform, bundle: Bundle): Promise<void> {
  const executable = await makeExecutable(platform, bundle);
  const bill = sbom(source, libraries, { version: process.versions.node, parts: process.versions });
  const licenses = thirdPartyLicenses(libraries, nodeLicense());
  const folder = `fedbucket-${source.version}-${platform.name}`;
  const files = sortedByPath([
    { path: `bin/${platform.executable}`, bytes: executable, executable: true },
    ...sharedFiles(),
    textFile("share/doc/fedbucket/LICENSE", license),
    textFile("share/doc/fedbucket/THIRD-PARTY-LICENSES.txt", licenses),
    textFile("share/doc/fedbucket/fedbucket.cdx.json", bill),
  ]);
  release(
    `${folder}.tar.gz`,
    tarGz(
      files.map((file) => ({ ...file, path: `${folder}/${file.path}` })),
      source.date,
    ),
  );
  const contents = {
    source,
    platform,
    executable,
    license,
    thirdPartyLicenses: licenses,
    sbom: bill,
  };
  const wheel = makeWheel(contents);
  release(wheel.name, wheel.bytes);
}

/** Where man and the three shells look below a prefix. Not in wheels, since pip leaves such folders behind, empty. */
function sharedFiles(): FileEntry[] {
  return [
    textFile("share/man/man1/fedbucket.1", manual),
    textFile("share/bash-completion/completions/fedbucket", completionScript("bash")),
    textFile("share/zsh/site-functions/_fedbucket", `#compdef fedbucket\n${completionScript("zsh")}`),
    textFile("share/fish/vendor_completions.d/fedbucket.fish", completionScript("fish")),
  ];
}

function release(name: string, bytes: Uint8Array): void {
  writeFileSync(join(out, name), bytes);
  sums.push(`${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`);
  console.log(`${(bytes.length / 2 ** 20).toFixed(1).padStart(6)} MiB  ${join(out, name)}`);
}

function platformNamed(name: string): Platform {
  const found = platforms.find((platform) => platform.name === name);
  if (found === undefined)
    throw new Error(`no platform "${name}"; there are: ${platforms.map(({ name }) => name).join(", ")}`);
  return found;
}
