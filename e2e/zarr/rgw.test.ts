import { peerCloud } from "../journey/clouds.ts";
import { zarr } from "./zarr.ts";

zarr("rgw", () => peerCloud("rgw"));
