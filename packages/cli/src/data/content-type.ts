/** What browsers and data tools expect of files with these endings. */
const types: Readonly<Record<string, string>> = {
  avif: "image/avif",
  csv: "text/csv",
  geojson: "application/geo+json",
  gif: "image/gif",
  gz: "application/gzip",
  h5: "application/x-hdf5",
  html: "text/html",
  ipynb: "application/x-ipynb+json",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  md: "text/markdown",
  nc: "application/x-netcdf",
  parquet: "application/vnd.apache.parquet",
  pdf: "application/pdf",
  png: "image/png",
  py: "text/x-python",
  svg: "image/svg+xml",
  tif: "image/tiff",
  tiff: "image/tiff",
  tar: "application/x-tar",
  txt: "text/plain",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
};

/** By the ending of the name; undefined when it tells nothing, and the store decides. */
export function contentTypeOf(name: string): string | undefined {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(types, ending) ? types[ending] : undefined;
}
