/** The libraries by which xarray reaches an object store. */
export const ways = ["s3fs", "fsspec", "obstore"] as const;

/**
 * Python in which `stores` opens a Zarr store by each library, by whatever the machine it runs on knows of the store, and
 * `report` prints how a check of each went.
 */
export const storesIn = (bucket: string, place: string): string => `
import json
import boto3, numpy as np, s3fs, xarray as xr
from obstore.auth.boto3 import Boto3CredentialProvider
from obstore.store import S3Store
from zarr.storage import ObjectStore

data = xr.Dataset({"sst": (("lat", "lon"), np.arange(180 * 360.0).reshape(180, 360))}, attrs={"title": "a journey"})

def by_s3fs():
    return s3fs.S3Map("${bucket}/${place}-s3fs.zarr", s3=s3fs.S3FileSystem())

def by_fsspec():
    return "s3://${bucket}/${place}-fsspec.zarr"

def by_obstore():
    session = boto3.Session()
    return ObjectStore(S3Store(
        "${bucket}",
        prefix="${place}-obstore.zarr",
        endpoint=session.client("s3").meta.endpoint_url,
        region=session.region_name,
        virtual_hosted_style_request=False,
        credential_provider=Boto3CredentialProvider(session),
        client_options={"allow_http": True},
    ))

stores = {"s3fs": by_s3fs, "fsspec": by_fsspec, "obstore": by_obstore}

def outcome(check, store):
    try:
        check(store)
        xr.testing.assert_identical(data, xr.open_zarr(store(), chunks=None).load())
        return "identical"
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def report(check):
    print(json.dumps({name: outcome(check, store) for name, store in stores.items()}))
`;

/** Written where it runs. */
export const hereAlone = `
report(lambda store: data.to_zarr(store(), mode="w"))
`;

/** Written and read by the workers of `client`. obstore's store cannot be sent to them, so each task opens its own. */
export const byWorkers = `
def write(store, part):
    data.isel(lat=part).to_zarr(store(), region={"lat": part, "lon": slice(0, 360)})

def total(store, part):
    return float(xr.open_zarr(store(), chunks=None).sst.isel(lat=part).sum())

def check(store):
    chunked = data.chunk(lat=45, lon=90)
    if store is by_obstore:
        chunked.to_zarr(store(), mode="w", compute=False)
        parts = [slice(at, at + 45) for at in range(0, 180, 45)]
        client.gather(client.map(write, [store] * 4, parts, pure=False))
        found = sum(client.gather(client.map(total, [store] * 4, parts, pure=False)))
    else:
        chunked.to_zarr(store(), mode="w")
        found = float(xr.open_zarr(store()).sst.sum().compute())
    assert found == float(data.sst.sum()), found

report(check)
`;
