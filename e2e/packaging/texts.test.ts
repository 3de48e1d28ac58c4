import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../harness/cloud.ts";
import { run } from "../harness/run.ts";
import { tool, version } from "./places.ts";

test("hadolint finds nothing to say about the container file", async () => {
  const ran = await run([tool("hadolint"), join(checkout, "packaging/Containerfile")], { env: {} });
  expect(ran.stdout).toBe("");
  expect(ran.code).toBe(0);
});

test("rattler-build understands the conda recipe, which is for this version", async () => {
  const script = `
import json, sys, rattler_build
[variant] = rattler_build.Stage0Recipe.from_file(sys.argv[1]).render()
print(json.dumps(variant.recipe.to_dict()))
`;
  const recipe = join(checkout, "packaging/conda/recipe.yaml");
  const ran = await run([tool("python"), "-c", script, recipe], { env: { HOME: "/nonexistent" } });
  expect(ran.stderr).toBe("");
  expect(JSON.parse(ran.stdout)).toMatchObject({
    package: { name: "fedbucket", version },
    source: [{ path: `../../dist/fedbucket-${version}-linux-x64.tar.gz` }],
    requirements: { run: ["__glibc >=2.28"] },
  });
});
