import { join } from "node:path";
import { fedbucketPaths } from "@fedbucket/client/node";
import type { Place } from "../variables/store.ts";
import { textTool, type Tool } from "./tool.ts";

/**
 * A file of SQL to start DuckDB with. Not ~/.duckdbrc: one statement in it that fails, say for want of a network, keeps
 * DuckDB from starting at all.
 */
export const duckdb: Tool = textTool({
  name: "duckdb",
  movedBy: "FEDBUCKET_HOME",
  file: ({ env }) => join(fedbucketPaths(env).config, "duckdb.sql"),
  put: (_, connection) => secretStatement(connection),
  take: (text, profile) => (text.includes(`PROFILE '${profile}'`) ? "" : text),
  advice: (_, file) => [
    `duckdb -init ${file}`,
    `or inside DuckDB: .read ${file}`,
    "or in Python: fedbucket snippet duckdb",
  ],
});

/**
 * DuckDB asks the profile for keys, and again when they expire. It never takes the endpoint from there.
 *
 * @see duckdb-aws, src/aws_secret.cpp
 */
export function secretStatement({ profile, s3Url, region }: Place): string {
  const { host, protocol } = new URL(s3Url);
  return `CREATE OR REPLACE SECRET fedbucket (
    TYPE s3, PROVIDER credential_chain, CHAIN 'process', PROFILE '${profile}', REFRESH auto,
    ENDPOINT '${host}', URL_STYLE 'path', USE_SSL ${protocol === "https:"}, REGION '${region}'
);
`;
}
