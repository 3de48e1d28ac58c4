import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonClient } from "../clients/tools.ts";
import { openStage, type Stage } from "../connected/stage.ts";
import { mustRun } from "../harness/run.ts";
import { type DaskGateway, startGateway } from "./gateway.ts";
import { packages } from "./packages.ts";

let stage: Stage;
let gateway: DaskGateway;

beforeAll(async () => {
  stage = await openStage();
  gateway = await startGateway();
  await stage.fedbucket(["configure", "dask"]);
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

const code = (): string => `${gateway.client}
import dask.array as da, fedbucket_dask, xarray as xr

# What a hub or a person puts there in need; none of it opens this store.
static = {"AWS_ACCESS_KEY_ID": "the-hubs", "AWS_SECRET_ACCESS_KEY": "own", "AWS_PROFILE": "hub", "AWS_DEFAULT_REGION": "x"}
cluster = gateway.new_cluster(environment=static)
cluster.scale(1)
client = cluster.get_client()
client.wait_for_workers(1)

def variables():
    import os
    return {name: os.environ.get(name) for name in ("HOME", "AWS_ACCESS_KEY_ID")}

def work(name):
    import boto3, s3fs
    boto3.client("s3").put_object(Bucket="tmp", Key=f"gateway/{name}", Body=b"bytes")
    assert s3fs.S3FileSystem(skip_instance_cache=True).cat(f"tmp/gateway/{name}") == b"bytes"
    return boto3.Session().get_credentials().method

def everywhere(function, *args):
    return [client.submit(function, *args, workers=[each], pure=False).result() for each in client.scheduler_info()["workers"]]

print(everywhere(variables))
with fedbucket_dask.lend(client):
    print(everywhere(work, "first"))
    cluster.scale(2)
    client.wait_for_workers(2)
    print(everywhere(work, "later"))
    data = xr.Dataset({"sst": (("lat", "lon"), da.ones((180, 360), chunks=90))})
    data.to_zarr("s3://tmp/gateway.zarr", mode="w")
    print(float(xr.open_zarr("s3://tmp/gateway.zarr").sst.mean().compute()))
    print(fedbucket_dask.ask()["secret"])
cluster.shutdown()
`;

test("workers of a Dask Gateway borrow, those that come later too, whatever its options put into their environment", async () => {
  const command = [pythonClient("python"), "-W", "ignore", "-c", code()];
  const { env, folder: cwd } = stage.home;
  const python = { ...env, PATH: "", PYTHONPATH: `${packages}:${cwd}` };
  const { stdout } = await mustRun(command, { env: python, cwd, timeoutMs: 500_000 });
  const [before, first, later, mean, secret = ""] = stdout.trim().split("\n");
  expect({ before, first, later, mean }).toEqual({
    before: "[{'HOME': None, 'AWS_ACCESS_KEY_ID': 'the-hubs'}]",
    first: "['container-role']",
    later: "['container-role', 'container-role']",
    mean: "1.0",
  });
  expect(secret).toMatch(/^[0-9a-f]{32,}$/);
  const logs = await gateway.logs();
  expect(logs).toContain("worker");
  expect(logs).not.toContain(secret);
});
