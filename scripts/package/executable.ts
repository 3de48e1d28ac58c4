import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "postject";
import type { Bundle } from "./bundle.ts";
import { isElf, stripElf } from "./elf.ts";
import type { Platform } from "./platforms.ts";
import { nodeRuntime, nodeVersion } from "./runtime.ts";

/** Where Node's binary remembers that it carries a program; the number is Node's own. */
const sentinelFuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/**
 * One executable: the pinned Node without its symbol table, and the bundle's files inside it. No V8 code cache, because that would be
 * neither reproducible nor right for another processor.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 */
export async function makeExecutable(platform: Platform, bundle: Bundle): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "fedbucket-package-"));
  try {
    const node = nodeRuntime(platform);
    const file = join(folder, platform.executable);
    writeFileSync(file, isElf(node) ? stripElf(node) : node, { mode: 0o755 });
    const isMac = platform.name.startsWith("darwin-");
    if (isMac) execFileSync("codesign", ["--remove-signature", file]);
    const segment = isMac ? { machoSegmentName: "NODE_SEA" } : {};
    await inject(file, "NODE_SEA_BLOB", makeBlob(bundle, folder), { sentinelFuse, ...segment });
    if (isMac) execFileSync("codesign", ["--sign", "-", file]); // unsigned programs do not start there
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The program in the form that Node looks for: the same on every platform, made by the very version that will read it. */
function makeBlob(bundle: Bundle, folder: string): Buffer {
  if (process.versions.node !== nodeVersion()) {
    throw new Error(
      `Node ${nodeVersion()} must make its own executables; this is ${process.version}: use npm run package`,
    );
  }
  for (const { name, code } of bundle.files) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, "main.cjs"), readFileSync(join(import.meta.dirname, "executable-main.cjs")));
  const config = {
    main: "main.cjs", // relative, since the blob remembers it
    output: "blob",
    assets: Object.fromEntries(bundle.files.map(({ name }) => [name, name])),
    disableExperimentalSEAWarning: true,
    // NODE_OPTIONS is meant for the person's own Node; a --require in it would break a program that is not one.
    execArgvExtension: "none",
  };
  writeFileSync(join(folder, "sea-config.json"), JSON.stringify(config));
  execFileSync(process.execPath, ["--experimental-sea-config", "sea-config.json"], {
    cwd: folder,
    stdio: "pipe", // its words matter only in an error
  });
  return readFileSync(join(folder, "blob"));
}
