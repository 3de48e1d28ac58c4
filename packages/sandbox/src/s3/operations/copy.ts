import { enterBucket } from "../access.ts";
import { xmlResponse, type OwnCall, type Operation } from "../call.ts";
import { judgeRead, readPrecondition } from "../conditions.ts";
import { decodeName, type Target } from "../detect.ts";
import { S3Error } from "../errors.ts";
import { readObjectHeaders } from "../object-headers.ts";
import { readRange } from "../range.ts";
import { refuseUnsupported } from "../refusals.ts";
import { element } from "../xml.ts";
import { checkKey } from "./objects.ts";
import { uploadPartOf } from "./multipart.ts";

const PREFIX = "x-amz-copy-source-";

export const copyObject: Operation = async (call) => {
  const { storage, bucket, key, request } = call;
  checkKey(key);
  refuseUnsupported(request.headers);
  const from = await readSource(call);
  const replaces = readDirective(request.headers["x-amz-metadata-directive"]);
  if (!replaces && from.bucket === bucket && from.key === key) {
    throw new S3Error("InvalidRequest", "An object is copied onto itself only to replace its metadata.");
  }
  const { etag, modifiedAt } = await storage.copy({
    from: { ...from, condition: readPrecondition(request.headers, PREFIX) },
    to: { bucket, key },
    ...(replaces ? { headers: readObjectHeaders(request.headers) } : {}),
  });
  return xmlResponse("CopyObjectResult", element("LastModified", modifiedAt.toISOString()) + element("ETag", etag));
};

/** A part made of an object, or of a range of it, that is in the store already. */
export const uploadPartCopy: Operation = async (call) => {
  const from = await readSource(call);
  const source = await call.storage.open(from.bucket, from.key);
  const range = readRange(call.request.headers[`${PREFIX}range`], source.object.bytes);
  const body = source.read(range === undefined ? undefined : { start: range.first, end: range.last + 1 });
  const { etag, modifiedAt } = await call.storage.putPart({ ...uploadPartOf(call), body });
  return xmlResponse("CopyPartResult", element("LastModified", modifiedAt.toISOString()) + element("ETag", etag));
};

/** `[/]bucket/key`, percent-encoded with or without its slashes; refused unless it is readable and its conditions hold. */
async function readSource(call: OwnCall): Promise<Target> {
  const { headers } = call.request;
  const [path = "", version] = (headers["x-amz-copy-source"] ?? "").split("?versionId=");
  if (version !== undefined && version !== "null") throw new S3Error("NoSuchVersion");
  const [, bucket = "", key = ""] = /^\/?([^/]+)\/(.*)$/s.exec(decodeName(path)) ?? [];
  if (key === "") throw new S3Error("InvalidArgument", "x-amz-copy-source names no object.");
  await enterBucket({ ...call, bucket });
  const verdict = judgeRead(headers, await call.storage.stat(bucket, key), PREFIX);
  if (verdict !== "go") throw new S3Error("PreconditionFailed");
  return { bucket, key };
}

/** True for REPLACE. */
function readDirective(header: string | undefined): boolean {
  if (header === undefined || header === "COPY") return false;
  if (header === "REPLACE") return true;
  throw new S3Error("InvalidArgument", "x-amz-metadata-directive is COPY or REPLACE.");
}
