import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianClient, pythonClient } from "../clients/tools.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.write("image.py", writesImage);
  await stage.fedbucket(["run", "--", pythonClient("python"), "image.py"]);
  await installDuckdbExtensions();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const writesImage = `
import os; os.environ["CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE"] = "YES"
import numpy as np, rasterio, warnings; warnings.simplefilter("ignore")
with rasterio.open("/vsis3/tmp/image.tif", "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8") as image:
    image.write(np.ones((1, 8, 8), "uint8"))
`;

/** Where DuckDB would put them itself, had it a network. */
async function installDuckdbExtensions(): Promise<void> {
  const find = `
import duckdb, os, duckdb_extension_aws, duckdb_extension_httpfs
for module in (duckdb_extension_aws, duckdb_extension_httpfs):
    print(os.path.join(os.path.dirname(module.__file__), "extensions", f"v{duckdb.__version__}"))
print(duckdb.__version__, duckdb.sql("PRAGMA platform").fetchone()[0])
`;
  const said = (await stage.program([pythonClient("python"), "-c", find])).trim().split("\n");
  const [aws = "", httpfs = "", versionAndPlatform = ""] = said;
  const [version = "", platform = ""] = versionAndPlatform.split(" ");
  const folder = join(stage.home.folder, ".duckdb/extensions", `v${version}`, platform);
  await mkdir(folder, { recursive: true });
  await copyFile(join(aws, "aws.duckdb_extension"), join(folder, "aws.duckdb_extension"));
  await copyFile(join(httpfs, "httpfs.duckdb_extension"), join(folder, "httpfs.duckdb_extension"));
}

const configure = async (tool: string, ...options: readonly string[]): Promise<string> => {
  const { code, stderr } = await stage.fedbucket(["configure", tool, ...options]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stderr;
};

/** Puts a tool's settings into a file that has others, lets it be tried, and takes them out again. */
async function configured(tool: string, file: string, own: string, work: () => Promise<void>): Promise<void> {
  await stage.write(file, own);
  await configure(tool);
  const written = (await stage.read(file)) ?? "";
  expect(written).not.toBe(own);
  expect(written.length).toBeGreaterThan(own.length);
  expect(written).not.toContain(await secretKey());
  await configure(tool);
  expect(await stage.read(file)).toBe(written);
  await work();
  await configure(tool, "--undo");
  expect(await stage.read(file)).toBe(own);
}

async function secretKey(): Promise<string> {
  const state = (await stage.read("fedbucket/state/profiles/sandbox.json")) ?? "";
  const secret = /"secretAccessKey": \{\s*"secret": "([^"]+)"/.exec(state)?.[1] ?? "";
  expect(secret).not.toBe("");
  return secret;
}

describe("configure, with the tool itself", () => {
  test("rclone (Debian) borrows by the remote, also after it has rewritten its file", async () => {
    const own = "# my remotes\n[mine]\ntype = local\n\n";
    await configured("rclone", ".config/rclone/rclone.conf", own, async () => {
      const rclone = debianClient("rclone");
      expect(await stage.program([rclone, "lsd", "sandbox:"])).toContain("input-data");
      await stage.program([rclone, "config", "create", "another", "local"]);
      expect(await stage.program([rclone, "lsd", "sandbox:"])).toContain("input-data");
      await stage.program([rclone, "config", "delete", "another"]);
    });
  });

  test("an rclone remote of the same name stays, and the cure is printed", async () => {
    const own = "[sandbox]\ntype = local\n";
    await stage.write(".config/rclone/rclone.conf", own);
    const { code, stderr } = await stage.fedbucket(["configure", "rclone"]);
    expect(stderr).toContain("that fedbucket did not write");
    expect(code).toBe(2);
    expect(await stage.read(".config/rclone/rclone.conf")).toBe(own);
  });

  test("s5cmd borrows with the two variables that are printed, which hold no secret", async () => {
    const { code, stdout } = await stage.fedbucket(["configure", "s5cmd"]);
    expect(code).toBe(0);
    expect(stdout).not.toContain(await secretKey());
    const script = `${stdout}\nexec ${pythonClient("s5cmd")} ls`;
    expect(await stage.program(["/bin/sh", "-c", script])).toContain("s3://input-data");
  });

  test("DuckDB's own shell borrows with the file of SQL", async () => {
    await configure("duckdb");
    const file = join(stage.home.folder, "fedbucket/config/duckdb.sql");
    const sql = "COPY (SELECT 42 AS answer) TO 's3://tmp/cli.parquet'; SELECT * FROM 's3://tmp/cli.parquet'";
    const said = await stage.program([pythonClient("duckdb"), "-init", file, "-csv", "-c", sql]);
    expect(said).toMatch(/answer\n42\n$/);
    await configure("duckdb", "--undo");
    expect(await stage.read("fedbucket/config/duckdb.sql")).toBeUndefined();
  });

  test("GDAL finds the store by gdalrc: a new one borrows under run, Debian's takes the keys of env", async () => {
    await configured("gdal", ".gdal/gdalrc", "# mine\n[configoptions]\nCPL_DEBUG=OFF", async () => {
      const read = `import rasterio\nwith rasterio.open("/vsis3/tmp/image.tif") as image: print(image.read().sum())`;
      const { code, stdout } = await stage.fedbucket(["run", "--", pythonClient("python"), "-W", "ignore", "-c", read]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "64\n" });
      const { stdout: variables } = await stage.fedbucket(["env"]);
      const script = `${variables}\nexec ${debianClient("gdalinfo")} /vsis3/tmp/image.tif`;
      expect(await stage.program(["/bin/sh", "-c", script])).toContain("Size is 8, 8");
    });
  });

  test("clouds.yaml: OpenStack's client finds the cloud, and its token under run", async () => {
    const own = "# clouds\nclouds: # mine\n    mine:\n        auth: {auth_url: 'http://127.0.0.1:1'}\n";
    await configured("clouds.yaml", ".config/openstack/clouds.yaml", own, async () => {
      const words = ["--os-cloud", "sandbox", "container", "list", "-f", "value"];
      const { code, stdout } = await stage.fedbucket(["run", "--", pythonClient("openstack"), ...words], {
        OIDC_ACCESS_TOKEN: await stage.cloud.token(),
      });
      expect(code).toBe(0);
      expect(stdout.split("\n")).toContain("input-data");
    });
  });

  test("clouds in braces cannot be edited, so the file stays and the cure is printed", async () => {
    const own = "clouds: {mine: {}}\n";
    await stage.write(".config/openstack/clouds.yaml", own);
    const { code, stderr } = await stage.fedbucket(["configure", "clouds.yaml"]);
    expect(stderr).toContain("fedbucket run -- openstack");
    expect(code).toBe(1);
    expect(await stage.read(".config/openstack/clouds.yaml")).toBe(own);
  });

  test.each(["mc", "obstore"])("%s cannot borrow by a file: said so, and nothing is written", async (tool) => {
    expect(await configure(tool)).toContain("fedbucket ");
    expect(await configure(tool, "--undo")).toContain("nothing to take back");
  });
});

describe("snippet, as a person would run it", () => {
  test.each(["xarray", "s3fs", "obstore", "duckdb", "gdal"])("%s", async (library) => {
    const { stdout } = await stage.fedbucket(["snippet", library]);
    expect(stdout).not.toContain(await secretKey());
    const code = stdout.replaceAll("my-bucket", "tmp");
    const said = await stage.program([pythonClient("python"), "-W", "ignore", "-c", code], { PATH: "" });
    expect(said.length).toBeGreaterThan(0);
  });

  test("dask, with a cluster of its own", async () => {
    await configure("dask");
    const { stdout } = await stage.fedbucket(["snippet", "dask"]);
    const guarded = stdout
      .replaceAll("my-bucket", "tmp")
      .replace("Client()", "Client(n_workers=1, dashboard_address=None)");
    const lines = guarded.split("\n").map((line) => `    ${line}`);
    await stage.write("job.py", `if __name__ == "__main__":\n${lines.join("\n")}\n`);
    expect(await stage.program([pythonClient("python"), "-W", "ignore", "job.py"])).toContain("sst");
  });
});

describe("env, as each shell reads it", () => {
  test.each([
    ["bash", "/bin/bash", 'eval "$(cat variables)"'],
    ["zsh", "zsh", 'eval "$(cat variables)"'],
    ["fish", "fish", "source variables"],
  ])("%s", async (shell, program, read) => {
    const path = program.startsWith("/") ? program : debianClient(program);
    await stage.write("variables", (await stage.fedbucket(["env", "--shell", shell])).stdout);
    const list = `${pythonClient("python")} -c 'import boto3; print(boto3.client("s3").list_buckets()["Buckets"][0]["Name"])'`;
    const leftovers = { AWS_PROFILE: "gone", AWS_SESSION_TOKEN: "leftover" };
    await stage.write("variables", (await stage.fedbucket(["env", "--shell", shell], leftovers)).stdout);
    expect(await stage.program([path, "-c", `${read}; ${list}`], leftovers)).toBe("WG1\n");
    const { stdout: unset } = await stage.fedbucket(["env", "--unset", "--shell", shell]);
    await stage.write("unset", unset);
    const after = await stage.program([path, "-c", `${read}; ${read.replace("variables", "unset")}; env`]);
    expect(after).not.toContain("AWS_SECRET_ACCESS_KEY");
    expect(after).not.toContain("OS_");
  });
});
