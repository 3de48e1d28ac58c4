import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pythonClient } from "./tools.ts";

const find = `
import duckdb, os, duckdb_extension_aws, duckdb_extension_httpfs
for module in (duckdb_extension_aws, duckdb_extension_httpfs):
    print(os.path.join(os.path.dirname(module.__file__), "extensions", f"v{duckdb.__version__}"))
print(duckdb.__version__, duckdb.sql("PRAGMA platform").fetchone()[0])
`;

/** Puts PyPI's extensions where DuckDB would put its own, had it a network. @param home The person's folder */
export async function installDuckdbExtensions(
  home: string,
  run: (command: readonly string[]) => Promise<string>,
): Promise<void> {
  const [aws = "", httpfs = "", versionAndPlatform = ""] = (await run([pythonClient("python"), "-c", find]))
    .trim()
    .split("\n");
  const [version = "", platform = ""] = versionAndPlatform.split(" ");
  const folder = join(home, ".duckdb/extensions", `v${version}`, platform);
  await mkdir(folder, { recursive: true });
  await copyFile(join(aws, "aws.duckdb_extension"), join(folder, "aws.duckdb_extension"));
  await copyFile(join(httpfs, "httpfs.duckdb_extension"), join(folder, "httpfs.duckdb_extension"));
}
