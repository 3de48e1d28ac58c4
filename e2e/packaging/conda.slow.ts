import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../harness/cloud.ts";
import { mustRun } from "../harness/run.ts";
import { tool } from "./places.ts";

/** Builds the package, installs it into a new environment, and runs the tests that the recipe names. */
const script = `
import json, sys, rattler_build
recipe, channel, output = sys.argv[1:]
[variant] = rattler_build.Stage0Recipe.from_file(recipe).render()
built = variant.run_build(output_dir=output, channels=[channel])
package = rattler_build.Package.from_file(built.packages[0])
tests = package.run_tests(channel=[channel])
print(json.dumps({"files": package.files, "depends": package.depends, "tests": [test.success for test in tests]}))
`;

test("the conda package is built, installed and runs, with no other package than itself", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fedbucket-conda-"));
  try {
    // An empty channel: whatever were needed besides would be missed.
    for (const subdir of ["linux-64", "noarch"]) {
      await mkdir(join(folder, "channel", subdir), { recursive: true });
      const repodata = { info: { subdir }, packages: {}, "packages.conda": {} };
      await writeFile(join(folder, "channel", subdir, "repodata.json"), JSON.stringify(repodata));
    }
    const recipe = join(checkout, "packaging/conda/recipe.yaml");
    const argv = [tool("python"), "-c", script, recipe, `file://${folder}/channel`, join(folder, "output")];
    const env = { HOME: folder, PATH: "/usr/bin:/bin" };
    const { stdout } = await mustRun(argv, { env, timeoutMs: 500_000 });
    const result: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({ depends: ["__glibc >=2.28"], tests: [true] });
    expect(result).toMatchObject({ files: expect.arrayContaining(["bin/fedbucket", "share/man/man1/fedbucket.1"]) });
  } finally {
    await rm(folder, { recursive: true });
  }
});
