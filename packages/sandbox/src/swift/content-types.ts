/** Types by ending, as in `/etc/mime.types` where RGW looks; the few that people here are likely to store. */
const types: Readonly<Record<string, string>> = {
  csv: "text/csv",
  css: "text/css",
  geojson: "application/geo+json",
  gif: "image/gif",
  gz: "application/gzip",
  h5: "application/x-hdf",
  htm: "text/html",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  md: "text/markdown",
  nc: "application/x-netcdf",
  pdf: "application/pdf",
  png: "image/png",
  py: "text/x-python",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  tif: "image/tiff",
  tiff: "image/tiff",
  txt: "text/plain",
  xml: "application/xml",
  zip: "application/zip",
};

export function guessContentType(object: string): string | undefined {
  const dot = object.lastIndexOf(".");
  return dot < 0 ? undefined : types[object.slice(dot + 1).toLowerCase()];
}

/** What a client is told of an object stored without a type. */
export const untyped = "binary/octet-stream";
