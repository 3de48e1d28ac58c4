import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A person's machine, as far as programs can tell: a home folder of its own and a clean environment. */
export interface Home extends AsyncDisposable {
  readonly folder: string;
  /** For programs run there. No AWS region, no proxy, and no asking Amazon's metadata address for keys. */
  readonly env: Readonly<Record<string, string>>;
}

/** @param path What the person's PATH is. Default: the system's folders only, so that nothing else is picked up. */
export async function makeHome(path = "/usr/bin:/bin"): Promise<Home> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "fedbucket-home-")));
  await mkdir(join(folder, "fedbucket"));
  return {
    folder,
    env: {
      PATH: path,
      HOME: folder,
      FEDBUCKET_HOME: join(folder, "fedbucket"),
      LANG: "C.UTF-8",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
