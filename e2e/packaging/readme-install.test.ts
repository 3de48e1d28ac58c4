import { cp, mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkout } from "../harness/cloud.ts";
import { makeHome } from "../harness/home.ts";
import { mustRun } from "../harness/run.ts";
import { archive, dist, nodeBinary, npmArchive, tool, version, wheel } from "./places.ts";

const readme = await readFile(join(checkout, "README.md"), "utf8");
const [, block = ""] = /^## Install\n.*?^```sh\n(.*?)^```/ms.exec(readme) ?? [];
const lines = block.trim().split("\n");

test("the README has a line for each way of installing", () => {
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["python", "sh", "npm"]);
});

describe("the README's install section", () => {
  test.each(lines)("%s", async (line) => {
    await using home = await makeHome();
    const folder = join(home.folder, "Downloads");
    await mkdir(folder);
    const downloads = [wheel, archive("linux-x64"), npmArchive, join(dist, "SHA256SUMS"), join(dist, "install.sh")];
    await Promise.all(downloads.map((file) => cp(file, join(folder, basename(file)))));
    await mustRun([tool("python"), "-m", "venv", join(home.folder, "env")], { env: home.env });

    const places = [join(home.folder, "env/bin"), join(home.folder, ".local/bin"), join(home.folder, "npm/bin")];
    const npm = dirname(
      (await mustRun(["sh", "-c", "command -v npm"], { env: { PATH: process.env["PATH"] ?? "" } })).stdout.trim(),
    );
    const env = {
      ...home.env,
      PATH: [...places, dirname(nodeBinary(24)), npm, "/usr/bin", "/bin"].join(":"),
      npm_config_prefix: join(home.folder, "npm"),
    };
    await mustRun(["bash", "-c", line], { env, cwd: folder });
    const { stdout } = await mustRun(["bash", "-c", "command -v fedbucket && fedbucket --version"], { env });
    expect(stdout.split("\n").slice(1)).toEqual([version, ""]);
    expect(stdout).toContain(home.folder);
  });
});
