import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installDuckdbExtensions } from "../clients/duckdb-extensions.ts";
import { debianClient, pythonClient } from "../clients/tools.ts";
import { by } from "../their-clients/judge.ts";
import { configure, configured, rcloneBorrows, secretKey } from "./configure.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.write("image.py", writesImage);
  await stage.fedbucket(["run", "--", pythonClient("python"), "image.py"]);
  await installDuckdbExtensions(stage.home.folder, (command) => stage.program(command));
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const writesImage = `
import os; os.environ["CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE"] = "YES"
import numpy as np, rasterio, warnings; warnings.simplefilter("ignore")
with rasterio.open("/vsis3/tmp/image.tif", "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8") as image:
    image.write(np.ones((1, 8, 8), "uint8"))
`;

describe("configure, with the tool itself", () => {
  test(
    "rclone (Debian) borrows by the remote, also after it has rewritten its file",
    by("rclone, S3 (Debian)", "borrow"),
    () => expect(rcloneBorrows(stage, debianClient("rclone"))).resolves.toBeUndefined(),
  );

  test("an rclone remote of the same name stays, and the cure is printed", async () => {
    const own = "[sandbox]\ntype = local\n";
    await stage.write(".config/rclone/rclone.conf", own);
    const { code, stderr } = await stage.fedbucket(["configure", "rclone"]);
    expect(stderr).toContain("that fedbucket did not write");
    expect(code).toBe(2);
    expect(await stage.read(".config/rclone/rclone.conf")).toBe(own);
  });

  test(
    "s5cmd borrows with the two variables that are printed, which hold no secret",
    by("s5cmd", "borrow"),
    async () => {
      const { code, stdout } = await stage.fedbucket(["configure", "s5cmd"]);
      expect(code).toBe(0);
      expect(stdout).not.toContain(await secretKey(stage));
      const script = `${stdout}\nexec ${pythonClient("s5cmd")} ls`;
      expect(await stage.program(["/bin/sh", "-c", script])).toContain("s3://input-data");
    },
  );

  test("DuckDB's own shell borrows with the file of SQL", by("DuckDB", "borrow"), async () => {
    await configure(stage, "duckdb");
    const file = join(stage.home.folder, "fedbucket/config/duckdb.sql");
    const sql = "COPY (SELECT 42 AS answer) TO 's3://tmp/cli.parquet'; SELECT * FROM 's3://tmp/cli.parquet'";
    const said = await stage.program([pythonClient("duckdb"), "-init", file, "-csv", "-c", sql]);
    expect(said).toMatch(/answer\n42\n$/);
    await configure(stage, "duckdb", "--undo");
    expect(await stage.read("fedbucket/config/duckdb.sql")).toBeUndefined();
  });

  const gdals = by(["GDAL (Debian)", "GDAL (rasterio's)"], "borrow");
  test(
    "GDAL finds the store by gdalrc: a new one borrows under run, Debian's takes the keys of env",
    gdals,
    async () => {
      const place = { file: ".gdal/gdalrc", own: "# mine\n[configoptions]\nCPL_DEBUG=OFF" };
      await configured(stage, "gdal", place, async () => {
        const read = `import rasterio\nwith rasterio.open("/vsis3/tmp/image.tif") as image: print(image.read().sum())`;
        const { code, stdout } = await stage.fedbucket([
          "run",
          "--",
          pythonClient("python"),
          "-W",
          "ignore",
          "-c",
          read,
        ]);
        expect({ code, stdout }).toEqual({ code: 0, stdout: "64\n" });
        const { stdout: variables } = await stage.fedbucket(["env"]);
        const script = `${variables}\nexec ${debianClient("gdalinfo")} /vsis3/tmp/image.tif`;
        expect(await stage.program(["/bin/sh", "-c", script])).toContain("Size is 8, 8");
      });
    },
  );

  test(
    "clouds.yaml: OpenStack's client finds the cloud, and its token under run",
    by("openstackclient", "borrow"),
    async () => {
      const own = "# clouds\nclouds: # mine\n    mine:\n        auth: {auth_url: 'http://127.0.0.1:1'}\n";
      await configured(stage, "clouds.yaml", { file: ".config/openstack/clouds.yaml", own }, async () => {
        const words = ["--os-cloud", "sandbox", "container", "list", "-f", "value"];
        const { code, stdout } = await stage.fedbucket(["run", "--", pythonClient("openstack"), ...words], {
          OIDC_ACCESS_TOKEN: await stage.cloud.token(),
        });
        expect(code).toBe(0);
        expect(stdout.split("\n")).toContain("input-data");
      });
    },
  );

  test("clouds in braces cannot be edited, so the file stays and the cure is printed", async () => {
    const own = "clouds: {mine: {}}\n";
    await stage.write(".config/openstack/clouds.yaml", own);
    const { code, stderr } = await stage.fedbucket(["configure", "clouds.yaml"]);
    expect(stderr).toContain("fedbucket run -- openstack");
    expect(code).toBe(1);
    expect(await stage.read(".config/openstack/clouds.yaml")).toBe(own);
  });

  test.each(["mc", "obstore"])("%s cannot borrow by a file: said so, and nothing is written", async (tool) => {
    expect(await configure(stage, tool)).toContain("fedbucket ");
    expect(await configure(stage, tool, "--undo")).toContain("nothing to take back");
  });
});

describe("snippet, as a person would run it", () => {
  test.each(["xarray", "s3fs", "obstore", "duckdb", "gdal"])("%s", async (library) => {
    const { stdout } = await stage.fedbucket(["snippet", library]);
    expect(stdout).not.toContain(await secretKey(stage));
    const code = stdout.replaceAll("my-bucket", "tmp");
    const said = await stage.program([pythonClient("python"), "-W", "ignore", "-c", code], { PATH: "" });
    expect(said.length).toBeGreaterThan(0);
  });

  test("dask, with a cluster of its own", async () => {
    await configure(stage, "dask");
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
