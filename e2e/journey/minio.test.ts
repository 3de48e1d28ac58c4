import { afterAll, beforeAll, describe } from "vitest";
import { brokenConnections } from "./broken-connections.ts";
import { links } from "./links.ts";
import { minioPlace } from "./minio.ts";
import { objects, type OwnNames } from "./objects.ts";

/** It keeps objects as files: what is no path, or has a part of more than 255 bytes, is no name; "/a" becomes "a". */
const ownNames: OwnNames = {
  "two dots": null,
  "a dot": null,
  "two slashes": null,
  "800 bytes of UTF-8": null,
  "1024 bytes, the most there may be": null,
  "a slash at its beginning": "leading",
};

let on: Awaited<ReturnType<typeof minioPlace>>;
beforeAll(async () => void (on = await minioPlace()));
afterAll(() => on[Symbol.asyncDispose]());

describe("minio: objects by S3", () => {
  objects("s3", () => on, ownNames);
});
describe("minio: links and conditions", () => {
  links(() => on);
});
describe("minio: broken connections by S3", () => {
  brokenConnections("s3", () => on);
});
