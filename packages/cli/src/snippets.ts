import { secretStatement } from "./tools/duckdb.ts";
import { type Place, storeVariables } from "./variables/store.ts";

export type Library = "xarray" | "s3fs" | "obstore" | "duckdb" | "gdal" | "dask";

/** Code is made for a place, and for a profile where the default one is not this connection's. */
type Snippet = (place: Place, profile: string | undefined) => string;

/** Python that works as it is once the bucket's name is put in. None of it holds a secret. */
export const snippets: Readonly<Record<Library, Snippet>> = {
  xarray: (_, profile) => `import numpy as np
import xarray as xr

sst = xr.Dataset({"sst": (("lat", "lon"), np.random.rand(180, 360))})
sst.to_zarr("s3://my-bucket/sst.zarr", mode="w"${storageOptions(profile)})
print(xr.open_zarr("s3://my-bucket/sst.zarr"${storageOptions(profile)}))
`,

  s3fs: (_, profile) => `import s3fs

fs = s3fs.S3FileSystem(${profile === undefined ? "" : `profile="${profile}"`})
print(fs.ls(""))
with fs.open("my-bucket/hello.txt", "w") as file:
    file.write("hello")
`,

  // obstore reads no profile; boto3 does, and asks again when the keys expire.
  obstore: ({ s3Url, region }, profile) => `import boto3
from obstore.auth.boto3 import Boto3CredentialProvider
from obstore.store import S3Store

store = S3Store(
    "my-bucket",
    endpoint="${s3Url}",
    region="${region}",
    virtual_hosted_style_request=False,
    credential_provider=Boto3CredentialProvider(${boto3Session(profile)}),${
      s3Url.startsWith("http:") ? '\n    client_options={"allow_http": True},' : ""
    }
)
store.put("hello.txt", b"hello")
print(bytes(store.get("hello.txt").bytes()))
`,

  duckdb: (place) => `import duckdb

db = duckdb.connect()
db.execute("""
${secretStatement(place).trimEnd()}
""")
db.execute("COPY (SELECT 42 AS answer) TO 's3://my-bucket/table.parquet'")
print(db.sql("SELECT * FROM 's3://my-bucket/table.parquet'"))
`,

  // GDAL by itself takes no keys from a profile that have no session token; rasterio takes them from boto3.
  gdal: (place, profile) => {
    const { AWS_S3_ENDPOINT, AWS_HTTPS, AWS_VIRTUAL_HOSTING } = storeVariables(place);
    return `import boto3
import numpy as np
import rasterio
from rasterio.session import AWSSession

session = AWSSession(${boto3Session(profile)}, endpoint_url="${AWS_S3_ENDPOINT}")
options = {
    "AWS_HTTPS": "${AWS_HTTPS}",
    "AWS_VIRTUAL_HOSTING": "${AWS_VIRTUAL_HOSTING}",
    "CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE": "YES",
}
with rasterio.Env(session, **options):
    with rasterio.open("s3://my-bucket/image.tif", "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8") as image:
        image.write(np.ones((1, 8, 8), "uint8"))
    with rasterio.open("s3://my-bucket/image.tif") as image:
        print(image.profile)
`;
  },

  dask: (_, profile) => `# Once, in this folder: fedbucket configure dask
import dask.array as da
import xarray as xr
from dask.distributed import Client

import fedbucket_dask

client = Client()  # or the one of your gateway
fedbucket_dask.lend(client)  # workers borrow keys from this process: keep it running

sst = xr.Dataset({"sst": (("lat", "lon"), da.random.random((180, 360), chunks=90))})
sst.to_zarr("s3://my-bucket/sst.zarr", mode="w"${storageOptions(profile)})
print(xr.open_zarr("s3://my-bucket/sst.zarr"${storageOptions(profile)}).mean().compute())
`,
};

const storageOptions = (profile: string | undefined): string =>
  profile === undefined ? "" : `, storage_options={"profile": "${profile}"}`;

const boto3Session = (profile: string | undefined): string =>
  `boto3.Session(${profile === undefined ? "" : `profile_name="${profile}"`})`;
