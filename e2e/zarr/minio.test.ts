import { peerCloud } from "../journey/clouds.ts";
import { zarr } from "./zarr.ts";

zarr("minio", () => peerCloud("minio"));
