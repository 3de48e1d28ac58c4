// Bundles the command into packages/cli/dist/.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleCommand } from "./package/bundle.ts";
import { root } from "./package/source.ts";

const folder = join(root, "packages/cli/dist");
const { files } = await bundleCommand();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const { name, code } of files) writeFileSync(join(folder, name), code);
