import { aws } from "./aws.ts";
import { cloudsYaml } from "./clouds-yaml.ts";
import { dask } from "./dask.ts";
import { duckdb } from "./duckdb.ts";
import { gdal } from "./gdal.ts";
import { mc, obstore, s5cmd } from "./no-file.ts";
import { rclone } from "./rclone.ts";
import type { Tool } from "./tool.ts";

/** In the order of the help text. */
export const tools: readonly Tool[] = [aws, rclone, mc, s5cmd, duckdb, gdal, obstore, dask, cloudsYaml];
