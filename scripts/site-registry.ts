// Writes the site registry that is shipped, from a checkout of EGI-Federation/fedcloud-catchall-operations:
//   node --conditions=source scripts/site-registry.ts CHECKOUT
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSiteFile } from "../packages/client/src/sites/sources/site-file.ts";
import { sorted } from "../packages/client/src/sites/sources/source.ts";

const [checkout = "."] = process.argv.slice(2);
const folder = join(checkout, "sites");
const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const { sites, problems } = sorted(files.map((name) => readSiteFile(readFileSync(join(folder, name), "utf8"))));
if (problems.length > 0) throw new Error(problems.join("\n"));

const log = ["-C", checkout, "log", "-1", "--date=short", "--format=%h %cd"];
const [commit = "", takenOn = ""] = execFileSync("git", log, { encoding: "utf8" }).trim().split(" ");
const source = `EGI-Federation/fedcloud-catchall-operations, sites/*.yaml, commit ${commit}`;
const target = new URL("../packages/client/src/sites/registry.json", import.meta.url);
writeFileSync(target, `${JSON.stringify({ source, takenOn, sites })}\n`);
