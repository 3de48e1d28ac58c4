import { Secret } from "@fedbucket/client";
import { describe } from "vitest";
import { minio } from "../peers/minio.ts";
import { password } from "../peers/places.ts";
import { bucketGone } from "./bucket-gone.ts";
import { peerCloud } from "./clouds.ts";
import { s3Contract } from "./contract.ts";
import { restarts } from "./restarts.ts";
import { stsJourney } from "./sts-journey.ts";

async function start(): ReturnType<Parameters<typeof stsJourney>[1]> {
  const consoleKey = { accessKeyId: "admin", secretAccessKey: new Secret(password("minio-admin")) };
  return { ...(await peerCloud("minio")), consoleKey };
}

/** It keeps objects as files: what is no path, or has a part of more than 255 bytes, is no name; "/a" becomes "a". */
const ownNames = {
  "two dots": null,
  "a dot": null,
  "two slashes": null,
  "800 bytes of UTF-8": null,
  "1024 bytes, the most there may be": null,
  "a slash at its beginning": "leading",
};
stsJourney("minio", start, ownNames, (cloud, on) => {
  describe("minio: restarts", () => {
    restarts({ peer: minio, service: "minio" }, cloud, on);
  });
  describe("minio: a bucket that is deleted in the middle", () => {
    bucketGone("s3", cloud, on);
  });
});
// What lies below an object, as "o/a/1" below "o/a", it keeps and does not list.
s3Contract("minio", start, {
  keepsBelowObjects: false,
  manyKeys: 1100,
  refusedKeys: ["a//b", "../up", "a/../b", "./dot"],
  changedKeys: ["/leading"],
});
