import { createHash } from "node:crypto";
import { type FileEntry, textFile } from "./file-entry.ts";
import type { Platform } from "./platforms.ts";
import type { Source } from "./source.ts";
import { zip } from "./zip.ts";

/** What a wheel is made of. */
export interface WheelContents {
  readonly source: Source;
  readonly platform: Platform;
  readonly executable: Uint8Array;
  readonly license: string;
  readonly thirdPartyLicenses: string;
  readonly sbom: string;
}

export interface Wheel {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * A wheel that carries the executable as a script and no Python at all, as those of ruff and uv do.
 *
 * @see PyPA specifications "Binary distribution format", "Core metadata" 2.4; PEP 639 (licences), PEP 770 (SBOM)
 */
export function makeWheel(contents: WheelContents): Wheel {
  const { source, platform } = contents;
  const version = pythonVersion(source.version);
  const tag = `py3-none-${platform.wheelTag}`;
  const info = `fedbucket-${version}.dist-info`;
  const script = `fedbucket-${version}.data/scripts/${platform.executable}`;
  const entries = [
    { path: script, bytes: contents.executable, executable: true },
    textFile(`${info}/METADATA`, metadataText(version)),
    textFile(
      `${info}/WHEEL`,
      `Wheel-Version: 1.0\nGenerator: fedbucket ${source.version}\nRoot-Is-Purelib: false\nTag: ${tag}\n`,
    ),
    textFile(`${info}/licenses/LICENSE`, contents.license),
    textFile(`${info}/licenses/THIRD-PARTY-LICENSES.txt`, contents.thirdPartyLicenses),
    textFile(`${info}/sboms/fedbucket.cdx.json`, contents.sbom),
  ];
  const bytes = zip([...entries, textFile(`${info}/RECORD`, recordText(entries, `${info}/RECORD`))], source.date);
  return { name: `fedbucket-${version}-${tag}.whl`, bytes };
}

/** `1.2.0-rc.1` is `1.2.0rc1` to Python, `1.2.0-alpha.2` is `1.2.0a2`. @see PEP 440 */
export function pythonVersion(version: string): string {
  const [release = version, stage] = version.split("-");
  if (stage === undefined) return release;
  const [word = "", number = "0"] = stage.split(".");
  const letter = { alpha: "a", beta: "b", rc: "rc" }[word];
  if (letter === undefined) throw new Error(`Python has no word for the version ${version}`);
  return `${release}${letter}${number}`;
}

function recordText(entries: readonly FileEntry[], itself: string): string {
  const lines = entries.map(({ path, bytes }) => {
    const digest = createHash("sha256").update(bytes).digest("base64url");
    return `${path},sha256=${digest},${bytes.length}`;
  });
  return `${[...lines, `${itself},,`].join("\n")}\n`;
}

const metadataText = (version: string): string => `Metadata-Version: 2.4
Name: fedbucket
Version: ${version}
Summary: From an institutional login to a working bucket in one command
Keywords: s3,swift,openstack,egi,oidc,object storage,jupyter
License-Expression: Apache-2.0
License-File: LICENSE
License-File: THIRD-PARTY-LICENSES.txt
Classifier: Environment :: Console
Classifier: Intended Audience :: Science/Research
Classifier: Topic :: System :: Distributed Computing
Description-Content-Type: text/markdown

# fedbucket

Signs in with your institution, finds your virtual organisation's object storage, and lends its keys to every S3 tool on the
machine. This package is one executable; it needs no Python packages and no Node.

\`\`\`console
$ fedbucket connect pangeo
$ python -c 'import xarray as xr; print(xr.open_zarr("s3://my-bucket/sst.zarr"))'
\`\`\`

Without an account, try the cloud that comes with it:

\`\`\`console
$ fedbucket sandbox up --detach
$ fedbucket connect sandbox
\`\`\`
`;
