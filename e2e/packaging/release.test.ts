import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeHome } from "../harness/home.ts";
import { mustRun } from "../harness/run.ts";
import { dist, executable, npmArchive, tool } from "./places.ts";

const env = { PATH: "/usr/bin:/bin" };
const checkout = join(dist, "..");

test("every released file has its checksum in SHA256SUMS, and the checksums are right", async () => {
  const { stdout } = await mustRun(["sha256sum", "--check", "--strict", "SHA256SUMS"], { env, cwd: dist });
  const checked = stdout
    .trim()
    .split("\n")
    .map((line) => line.replace(": OK", ""));
  const released = (await readdir(dist)).filter((name) => name !== "SHA256SUMS");
  expect(checked.sort()).toEqual(released.sort());
});

test.each(["executable", "npm package"])(
  "the SBOM of the %s is valid CycloneDX, and names what is inside",
  async (kind) => {
    const inArchive = ["tar", "-xzOf", npmArchive, "package/fedbucket.cdx.json"];
    const beside = ["cat", join(executable, "../../share/doc/fedbucket/fedbucket.cdx.json")];
    const { stdout: sbom } = await mustRun(kind === "executable" ? beside : inArchive, { env });
    const script = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()))
`;
    expect((await mustRun([tool("python"), "-c", script], { env, input: sbom })).stdout).toBe("None\n");
    const { components } = JSON.parse(sbom) as { components: { name: string }[] };
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["commander", "oidc-provider", "jose"]));
    expect(names.includes("node")).toBe(kind === "executable");
    expect(names).not.toContain("vitest");
  },
);

test("the same commit gives the same bytes, from another folder, time zone and umask", async () => {
  await using home = await makeHome(process.env["PATH"]);
  const sums = await Promise.all(
    [
      { name: "one", umask: "022", TZ: "UTC" },
      { name: "another/place", umask: "077", TZ: "Pacific/Auckland" },
    ].map(async ({ name, umask, TZ }) => {
      const folder = join(home.folder, name);
      // A clean checkout; only what npm install would bring is taken from here.
      const script = `
umask ${umask}
git clone --quiet --no-hardlinks '${checkout}' '${folder}'
cp -al '${checkout}/node_modules' '${folder}/node_modules'
cd '${folder}'
node --conditions=source scripts/package/package.ts --platform linux-x64
`;
      await mustRun(["sh", "-ec", script], { env: { ...home.env, TZ }, timeoutMs: 300_000 });
      return (await mustRun(["cat", "SHA256SUMS"], { env, cwd: join(folder, "dist") })).stdout;
    }),
  );
  expect(sums[1]).toBe(sums[0]);
  expect(sums[0]?.split("\n")).toHaveLength(5);
});
