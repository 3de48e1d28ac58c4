import { pythonClient } from "../../clients/tools.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

const preamble = `
import numpy as np, os, xarray as xr, zarr
from obstore.store import S3Store
from zarr.storage import FsspecStore, ObjectStore
options = {"endpoint_url": os.environ["ENDPOINT"]}
data = xr.Dataset({"sst": (("lat", "lon"), np.random.rand(180, 360))}, {"lat": np.arange(180)}, {"title": "Sea: é"})
`;

const python =
  (code: string) =>
  async ({ python }: Stage): Promise<void> =>
    void (await python(preamble + code));

judge("xarray", {
  zarr: python(`
def object_store(path, read_only=False):
    store = S3Store("tmp", prefix=path, endpoint=os.environ["ENDPOINT"], client_options={"allow_http": True})
    return ObjectStore(store, read_only=read_only)
for version in (2, 3):
    name = f"v{version}.zarr"
    data.to_zarr(f"s3://tmp/{name}", storage_options=options, mode="w", zarr_format=version, consolidated=version == 2)
    xr.testing.assert_identical(data, xr.open_zarr(f"s3://tmp/{name}", storage_options=options).load())
    xr.testing.assert_identical(data, xr.open_zarr(object_store(name, read_only=True), consolidated=version == 2).load())
    assert zarr.open_group(f"s3://tmp/{name}", storage_options=options, mode="r").metadata.zarr_format == version
data.to_zarr(object_store("written.zarr"), mode="w", zarr_format=3, consolidated=False)
data.isel(lat=slice(0, 10)).to_zarr(object_store("written.zarr"), region={"lat": slice(0, 10)}, consolidated=False)
data.assign_coords(lat=data.lat + 180).to_zarr("s3://tmp/written.zarr", storage_options=options, append_dim="lat", consolidated=False)
assert xr.open_zarr("s3://tmp/written.zarr", storage_options=options, consolidated=False).sizes["lat"] == 360
data.to_zarr("s3://tmp/written.zarr", storage_options=options, mode="w", zarr_format=3, consolidated=False)
assert xr.open_zarr("s3://tmp/written.zarr", storage_options=options, consolidated=False).sizes["lat"] == 180
`),
});

/** Workers of a cluster on this machine, which have the keys from the environment. */
judge("dask.distributed", {
  zarr: async ({ write, run, env }) => {
    const file = await write(
      "job.py",
      `${preamble}
import dask.array as da
from dask.distributed import Client
if __name__ == "__main__":
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        lazy = xr.Dataset({"sst": (("lat", "lon"), da.random.random((400, 400), chunks=100))})
        lazy.to_zarr("s3://tmp/dask.zarr", storage_options=options, mode="w")
        back = xr.open_zarr("s3://tmp/dask.zarr", storage_options=options)
        assert back.sst.chunksizes["lat"] == (100,) * 4 and 0.4 < float(back.sst.mean()) < 0.6
`,
    );
    await run([pythonClient("python"), "-W", "ignore", file], env);
  },
});
