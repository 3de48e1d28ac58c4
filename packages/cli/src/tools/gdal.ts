import { join } from "node:path";
import { storeVariables } from "../variables/store.ts";
import { type Connection, textTool, type Tool } from "./tool.ts";
import { putBlock, takeBlocks } from "./text-block.ts";

/** What GDAL reads of the variables that say where a store is. */
const read = ["AWS_S3_ENDPOINT", "AWS_HTTPS", "AWS_VIRTUAL_HOSTING", "AWS_REGION"];

/**
 * Tells every program with GDAL in it where the store is. It cannot borrow by profile: GDAL until 3.12 knows no
 * `credential_process`, and then takes only keys with a session token, which Keystone's have not.
 *
 * @see GDAL, "GDAL configuration file"; port/cpl_aws.cpp, `GetConfigurationFromCredentialProcess`
 */
export const gdal: Tool = textTool({
  name: "gdal",
  movedBy: "GDAL_CONFIG_FILE",
  file: ({ env, home }) => env["GDAL_CONFIG_FILE"] || join(home, ".gdal/gdalrc"),
  // There is one endpoint for all of GDAL: the connection configured last has it.
  put: (text, connection) =>
    putBlock(takeBlocks(text), 0, connection.profile, lines(connection), {
      comment: "#",
      undo: '"fedbucket configure gdal --undo" removes these lines',
    }),
  take: takeBlocks,
  advice: () => [
    "GDAL now knows where the store is. It borrows the keys while it runs under fedbucket (GDAL 3.9 or newer):",
    "  fedbucket run -- gdalinfo /vsis3/BUCKET/IMAGE.tif",
    "In Python, rasterio borrows by itself: fedbucket snippet gdal. An older GDAL needs the keys themselves: fedbucket env",
  ],
});

function lines(connection: Connection): string[] {
  const variables = storeVariables(connection);
  return [
    "[configoptions]",
    ...read.map((name) => `${name}=${variables[name]}`),
    // Without it GDAL cannot write most formats to object storage.
    "CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE=YES",
  ];
}
