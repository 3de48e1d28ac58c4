import { expect } from "vitest";
import { debianClient, pythonClient } from "../../clients/tools.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

/** Where the store is, in GDAL's words. Writing needs a temporary file, since an object is not written in places. */
const variables = ({ cloud, env, keystoneToken }: Stage): Record<string, string> => ({
  ...env,
  AWS_S3_ENDPOINT: new URL(cloud.s3Endpoint).host,
  AWS_HTTPS: "NO",
  AWS_VIRTUAL_HOSTING: "FALSE",
  SWIFT_STORAGE_URL: cloud.storageUrl,
  SWIFT_AUTH_TOKEN: keystoneToken,
  CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE: "YES",
});

const grid = `ncols 4\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3 4\n5 6 7 8\n`;
const points = "id,x,y\n1,10.5,59.9\n2,11.5,60.9\n";

function debianGdal(stage: Stage) {
  const env = variables(stage);
  return {
    gdal: (name: string, ...words: string[]) => stage.run([debianClient(name), ...words], env),
    refused: (name: string, ...words: string[]) => stage.refused([debianClient(name), ...words], env),
  };
}

judge("GDAL (Debian)", {
  object: async (stage) => {
    const { gdal, refused } = debianGdal(stage);
    await stage.write("grid.asc", grid);
    await gdal("gdal_translate", "-q", "-of", "GTiff", "grid.asc", "/vsis3/tmp/grid.tif");
    expect(await gdal("gdalinfo", "/vsis3/tmp/grid.tif")).toContain("Size is 4, 2");
    await gdal("gdalmanage", "delete", "/vsis3/tmp/grid.tif");
    expect(await refused("gdalinfo", "/vsis3/tmp/grid.tif")).toContain("does not exist");
  },

  ranges: async (stage) => {
    const { gdal } = debianGdal(stage);
    await stage.write("grid.asc", grid);
    await gdal("gdal_translate", "-q", "-of", "COG", "grid.asc", "/vsis3/tmp/cog.tif");
    expect((await gdal("gdallocationinfo", "-valonly", "/vsis3/tmp/cog.tif", "2", "1")).trim()).toBe("7");
  },

  copy: async (stage) => {
    const { gdal } = debianGdal(stage);
    await stage.write("grid.asc", grid);
    await gdal("gdal_translate", "-q", "-of", "GTiff", "grid.asc", "/vsis3/tmp/from.tif");
    await gdal("gdalmanage", "copy", "/vsis3/tmp/from.tif", "/vsis3/WG1/to.tif");
    await gdal("gdalmanage", "rename", "/vsis3/WG1/to.tif", "/vsis3/WG1/moved.tif");
    expect(await gdal("gdalinfo", "/vsis3/WG1/moved.tif")).toContain("Size is 4, 2");
  },

  image: async (stage) => {
    const { gdal } = debianGdal(stage);
    await stage.write("grid.asc", grid);
    for (const root of ["/vsis3", "/vsiswift"]) {
      await gdal("gdal_translate", "-q", "-of", "GTiff", "grid.asc", `${root}/test-gey/image é.tif`);
      expect(
        await gdal("gdalinfo", "-stats", "--config", "GDAL_PAM_ENABLED", "NO", `${root}/test-gey/image é.tif`),
      ).toContain("STATISTICS_MEAN=4.5");
    }
  },

  table: async (stage) => {
    const { gdal } = debianGdal(stage);
    await stage.write("points.csv", points);
    const geometry = ["-oo", "X_POSSIBLE_NAMES=x", "-oo", "Y_POSSIBLE_NAMES=y"];
    await gdal("ogr2ogr", "-f", "FlatGeobuf", "/vsis3/tmp/points.fgb", "points.csv", ...geometry);
    expect(await gdal("ogrinfo", "-so", "-al", "/vsis3/tmp/points.fgb")).toContain("Feature Count: 2");
  },

  publicRead: async (stage) => {
    const { gdal } = debianGdal(stage);
    await stage.write("grid.asc", grid);
    const copy = `import boto3, os; boto3.client("s3", endpoint_url=os.environ["ENDPOINT"]).upload_file("grid.asc", "tmp", "open.asc", ExtraArgs={"ACL": "public-read"})`;
    await stage.python(copy);
    const unsigned = ["--config", "AWS_NO_SIGN_REQUEST", "YES"];
    expect(await gdal("gdalinfo", ...unsigned, "/vsis3/tmp/open.asc")).toContain("Size is 4, 2");
    expect(await gdal("gdalinfo", `/vsicurl/${stage.cloud.s3Endpoint}/tmp/open.asc`)).toContain("Size is 4, 2");
  },
});

const rasterio =
  (code: string) =>
  async (stage: Stage): Promise<void> =>
    void (await stage.run(
      [
        pythonClient("python"),
        "-W",
        "ignore",
        "-c",
        `
import numpy as np, os, rasterio
from rasterio.windows import Window
profile = {"driver": "GTiff", "width": 600, "height": 600, "count": 1, "dtype": "uint16", "tiled": True}
values = np.arange(360_000, dtype="uint32").astype("uint16").reshape(1, 600, 600)
${code}`,
      ],
      variables(stage),
    ));

judge("GDAL (rasterio's)", {
  image: rasterio(`
for root in ("/vsis3", "/vsiswift"):
    with rasterio.open(f"{root}/tmp/image.tif", "w", **profile) as image: image.write(values)
    with rasterio.open(f"{root}/tmp/image.tif") as image: assert (image.read() == values).all()
`),
  ranges: rasterio(`
with rasterio.open("s3://tmp/window.tif", "w", **profile) as image: image.write(values)
with rasterio.open("s3://tmp/window.tif") as image:
    assert (image.read(1, window=Window(500, 500, 10, 10)) == values[0, 500:510, 500:510]).all()
`),
  parts: rasterio(`
os.environ["VSIS3_CHUNK_SIZE"] = "5"
large = {**profile, "width": 3000, "height": 3000, "blockxsize": 512, "blockysize": 512}
body = np.random.randint(0, 65535, (1, 3000, 3000), dtype="uint16")
with rasterio.open("/vsis3/tmp/large.tif", "w", **large) as image: image.write(body)
with rasterio.open("/vsis3/tmp/large.tif") as image: assert (image.read() == body).all()
import boto3
assert "-" in boto3.client("s3", endpoint_url=os.environ["ENDPOINT"]).head_object(Bucket="tmp", Key="large.tif")["ETag"]
`),
});
