import { sandboxCloud } from "../journey/clouds.ts";
import { zarr } from "./zarr.ts";

zarr("sandbox", sandboxCloud);
