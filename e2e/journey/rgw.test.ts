import { describe } from "vitest";
import { rgw } from "../peers/rgw.ts";
import { peerCloud } from "./clouds.ts";
import { bucketGone } from "./bucket-gone.ts";
import { s3Contract, swiftContract } from "./contract.ts";
import { deletedKeys } from "./deleted-keys.ts";
import { journey } from "./journey.ts";
import type { Opening } from "./public.ts";
import { restarts } from "./restarts.ts";

const opening: Opening = { "a container ACL": "swift", "a bucket policy": "s3", "a canned ACL": "s3" };

journey(
  "rgw",
  () => peerCloud("rgw"),
  opening,
  (cloud, on) => {
    describe("rgw: restarts", () => {
      restarts({ peer: rgw, service: "rgw" }, cloud, on);
    });
    describe("rgw: a bucket that is deleted in the middle", () => {
      bucketGone("s3", cloud, on);
    });
    describe("rgw: keys that were deleted", () => {
      deletedKeys("still accepted", cloud, on);
    });
  },
);
s3Contract("rgw", () => peerCloud("rgw"), { putIfAbsent: true, manyKeys: 1100 });
swiftContract("rgw", () => peerCloud("rgw"), 1100);
