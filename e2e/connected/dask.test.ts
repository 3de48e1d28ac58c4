import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonClient } from "../clients/tools.ts";
import { fedbucket } from "../harness/cloud.ts";
import { by } from "../their-clients/judge.ts";
import { type DaskCluster, startDask } from "./dask-cluster.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let cluster: DaskCluster;

beforeAll(async () => {
  stage = await openStage();
  cluster = await startDask();
  await cluster.addWorker();
  await stage.fedbucket(["configure", "dask"]);
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

/** Runs Python beside `fedbucket_dask.py`, with nothing on PATH, and lends to the cluster. */
const client = async (code: string, ...args: readonly string[]): Promise<string> => {
  const program = `
import sys, time
from dask.distributed import Client
import fedbucket_dask
client = Client("${cluster.address}")
client.wait_for_workers(1)
${code}`;
  return stage.program([pythonClient("python"), "-W", "ignore", "-c", program, ...args], { PATH: "" });
};

const work = `
def work(name):
    import boto3, os, s3fs
    from obstore.auth.boto3 import Boto3CredentialProvider
    from obstore.store import S3Store
    assert "FEDBUCKET_HOME" not in os.environ and "PATH" not in os.environ
    session = boto3.Session()
    credentials = session.get_credentials()
    assert credentials.method == "container-role", credentials.method
    session.client("s3").put_object(Bucket="tmp", Key=f"{name}/boto3", Body=b"bytes")
    with s3fs.S3FileSystem(skip_instance_cache=True).open(f"tmp/{name}/boto3", "rb") as file:
        assert file.read() == b"bytes"
    store = S3Store("tmp", credential_provider=Boto3CredentialProvider(session))
    store.put(f"{name}/obstore", b"bytes")
    return credentials.access_key
`;

test("configure dask writes a module without a key, once, and says how to use it and who must stay alive", async () => {
  const { code, stderr } = await stage.fedbucket(["configure", "dask"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Up to date: .*fedbucket_dask\.py\n/);
  expect(stderr).toContain("fedbucket_dask.lend(client)");
  expect(stderr).toContain("must stay alive");
  const state = (await stage.read("fedbucket/state/profiles/sandbox.json")) ?? "";
  const key = /"accessKeyId": "([^"]+)"/.exec(state)?.[1];
  expect(await stage.read("fedbucket_dask.py")).not.toContain(key);
});

const lent = by(["dask.distributed", "obstore"], "borrow");
test("workers without a home, an environment or fedbucket get keys: boto3, s3fs and obstore work", lent, async () => {
  const said = await client(`${work}
with fedbucket_dask.lend(client):
    print(client.submit(work, "first", pure=False).result())
`);
  expect(said).toMatch(/^[0-9a-f]{32}\n$/);
});

test("xarray through the cluster: no secret in the graph, nor in what scheduler and workers print", async () => {
  const said = await client(`
import cloudpickle, dask.array as da, xarray as xr
with fedbucket_dask.lend(client):
    keys = fedbucket_dask.ask()
    data = xr.Dataset({"sst": (("lat", "lon"), da.ones((180, 360), chunks=90))})
    writing = data.to_zarr("s3://tmp/dask.zarr", mode="w", compute=False)
    reading = xr.open_zarr("s3://tmp/dask.zarr", storage_options={"profile": "sandbox"}).sst.mean()
    for collection in (writing, reading):
        graph = cloudpickle.dumps(collection.__dask_graph__())
        assert keys["secret"].encode() not in graph and keys["access"].encode() not in graph
    writing.compute()
    print(float(reading.compute()))
    print(repr(fedbucket_dask.LentKeys(keys)), keys["secret"])
`);
  const [mean, plugin = "", secret = ""] = said.trim().split(/\n| (?=\S+$)/);
  expect({ mean, plugin }).toEqual({ mean: "1.0", plugin: "<LentKeys>" });
  expect(secret).toMatch(/^[0-9a-f]{32,}$/);
  expect(cluster.said()).not.toContain(secret);
});

test("workers that restart, and workers that come later, get keys too", async () => {
  const later = client(`${work}
with fedbucket_dask.lend(client):
    client.restart()
    client.submit(work, "restarted", pure=False).result()
    client.wait_for_workers(2, timeout=60)
    for worker in client.scheduler_info()["workers"]:
        client.submit(work, "later", workers=[worker], pure=False).result()
    print("all of them")
`);
  await cluster.addWorker();
  expect(await later).toBe("all of them\n");
});

test("new keys reach the workers at the address they know, so that clients made before find them", async () => {
  const said = await client(
    `${work}
import os, subprocess
def address():
    return os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
with fedbucket_dask.lend(client, every=0.5):
    worker = [next(iter(client.scheduler_info()["workers"]))]
    first = client.submit(work, "rotated", workers=worker, pure=False).result()
    before = client.submit(address, workers=worker, pure=False).result()
    subprocess.run([*sys.argv[1:], "keys", "delete", first], check=True, capture_output=True)
    second = first
    while second == first:
        time.sleep(0.2)
        try:
            second = client.submit(work, "rotated", workers=worker, pure=False).result()
        except Exception as error:
            assert "InvalidAccessKeyId" in str(error) or "403" in str(error) or "Forbidden" in str(error), error
    assert before == client.submit(address, workers=worker, pure=False).result()
    print("new keys")
`,
    ...fedbucket,
  );
  expect(said).toBe("new keys\n");
});

test("configure dask --undo takes the module away, and leaves one that somebody else wrote", async () => {
  expect((await stage.fedbucket(["configure", "dask", "--undo"])).code).toBe(0);
  expect(await stage.read("fedbucket_dask.py")).toBeUndefined();
  await stage.write("fedbucket_dask.py", "mine\n");
  const { code, stderr } = await stage.fedbucket(["configure", "dask"]);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("did not write") });
  expect((await stage.fedbucket(["configure", "dask", "--undo"])).code).toBe(0);
  expect(await stage.read("fedbucket_dask.py")).toBe("mine\n");
});
