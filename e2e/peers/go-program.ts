import { existsSync } from "node:fs";
import { join } from "node:path";
import { path } from "./places.ts";
import { run } from "./service.ts";

/** A program that is compiled from the Go module proxy and kept, also by `down --purge`. */
export interface GoProgram {
  readonly version: string;
  readonly file: string;
  readonly isBuilt: () => boolean;
  /** Nothing happens when it is there already. @throws Error in one line where there is no Go */
  readonly build: () => Promise<void>;
}

/** @param module As `go install` takes it; its last part names the program. */
export function goProgram(module: string, version: string): GoProgram {
  const name = module.split("/").at(-1) ?? module;
  const folder = path("bin", `${name}-${version}`);
  const file = join(folder, name);
  const isBuilt = (): boolean => existsSync(file);
  return {
    version,
    file,
    isBuilt,
    build: async () => void (isBuilt() || (await compile(name, `${module}@${version}`, folder))),
  };
}

/** Nobody is disturbed: one compiler at a time, save in CI. */
async function compile(name: string, source: string, folder: string): Promise<void> {
  const go = ["/usr/local/go/bin", process.env["PATH"] ?? ""].join(":");
  const home = process.env["HOME"] ?? folder;
  const env = { PATH: go, HOME: home, GOBIN: folder, GOFLAGS: process.env["CI"] ? "" : "-p=1", CGO_ENABLED: "0" };
  try {
    await run("go", ["version"], { env });
  } catch (error) {
    throw new Error(`needs Go 1.24 or newer to build ${name}: https://go.dev/dl/`, { cause: error });
  }
  await run("nice", ["-n", "19", "go", "install", "-trimpath", source], { env });
}
