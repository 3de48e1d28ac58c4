import { readAlgorithm, summing } from "../body/checksum.ts";
import { checksumElement, isComposite, typeElement } from "../checksums.ts";
import { enterBucket, openReadable, statReadable } from "../access.ts";
import { xmlResponse, type BucketCall, type Operation } from "../call.ts";
import { judgeRead, readPrecondition } from "../conditions.ts";
import { decodeName } from "../detect.ts";
import { S3Error } from "../errors.ts";
import { readObjectHeaders } from "../object-headers.ts";
import { readRange } from "../range.ts";
import { refuseUnsupported } from "../refusals.ts";
import { traitsOf } from "../traits.ts";
import { element } from "../xml.ts";
import type { ServiceResponse } from "../../http/service.ts";
import type { Checksum, ObjectRecord, ObjectTraits, PartRecord } from "../../storage/storage.ts";
import { checkKey } from "./objects.ts";
import { uploadPartOf } from "./multipart.ts";

const PREFIX = "x-amz-copy-source-";

export const copyObject: Operation = async (call) => {
  const { storage, bucket, key, request } = call;
  checkKey(key);
  refuseUnsupported(request.headers);
  const source = await readSource(call);
  const object = await statReadable(source);
  const from = { bucket: source.bucket, key: source.key };
  const replaces = isReplaced(request.headers, "metadata");
  if (!replaces && from.bucket === bucket && from.key === key) {
    throw new S3Error("InvalidRequest", "An object is copied onto itself only to replace its metadata.");
  }
  const sum = await newChecksum(call, source, object);
  const { etag, modifiedAt, checksum } = await storage.copy({
    from: { ...from, condition: sum === undefined ? readPrecondition(request.headers, PREFIX) : sum.condition },
    to: { bucket, key },
    checksum: sum?.checksum,
    headers: {
      ...(replaces ? readObjectHeaders(request.headers) : object),
      traits: { ...keptTraits(object, isReplaced(request.headers, "tagging")), ...traitsOf(call) },
    },
  });
  return copyResult("CopyObjectResult", { etag, modifiedAt, checksum }, typeElement(checksum));
};

function copyResult(
  root: string,
  {
    etag,
    modifiedAt,
    checksum,
  }: Pick<PartRecord, "etag" | "modifiedAt"> & { readonly checksum?: Checksum | undefined },
  more = "",
): ServiceResponse {
  const content = element("LastModified", modifiedAt.toISOString()) + element("ETag", etag);
  return xmlResponse(root, content + checksumElement(checksum) + more);
}

/** A copy keeps its source's checksum. One of another algorithm is made of the bytes, which then have to stay as read. */
async function newChecksum(call: BucketCall, source: BucketCall, { traits, checksum: kept }: ObjectRecord) {
  const name = call.request.headers["x-amz-checksum-algorithm"];
  if (name === undefined) return undefined;
  const algorithm = readAlgorithm(name);
  if (kept?.algorithm === algorithm && !isComposite(kept.value)) return undefined;
  if (traits?.whole !== undefined || traits?.segments !== undefined) {
    throw new S3Error("NotImplemented", "A checksum of one of Swift's large objects is not implemented.");
  }
  const opened = await openReadable(source);
  const { body, checksum } = summing(opened.read(), algorithm);
  for await (const _ of body);
  return { checksum: checksum(), condition: { ifMatch: [opened.object.etag] } };
}

/** A part made of an object, or of a range of it, that is in the store already. */
export const uploadPartCopy: Operation = async (call) => {
  const source = await openReadable(await readSource(call));
  const range = readRange(call.request.headers[`${PREFIX}range`], source.object.bytes);
  const body = source.read(range === undefined ? undefined : { start: range.first, end: range.last + 1 });
  const part = uploadPartOf(call);
  const { upload } = await call.storage.listParts({ ...part, after: 0, limit: 0 });
  const summed = upload.checksum === undefined ? { body } : summing(body, upload.checksum.algorithm);
  return copyResult("CopyPartResult", await call.storage.putPart({ ...part, ...summed }));
};

/** `[/]bucket/key`, percent-encoded with or without its slashes; refused unless it is readable and its conditions hold. */
async function readSource(call: BucketCall): Promise<BucketCall> {
  const { headers } = call.request;
  const [path = "", version] = (headers["x-amz-copy-source"] ?? "").split("?versionId=");
  if (version !== undefined && version !== "null") throw new S3Error("NoSuchVersion");
  const [, bucket = "", key = ""] = /^\/?([^/]+)\/(.*)$/s.exec(decodeName(path)) ?? [];
  if (key === "") throw new S3Error("InvalidArgument", "x-amz-copy-source names no object.");
  const source = await enterBucket({ ...call, bucket, key }, undefined);
  const verdict = judgeRead(headers, await statReadable(source), PREFIX);
  if (verdict !== "go") throw new S3Error("PreconditionFailed");
  return source;
}

/** The ACL of a source is not copied, its tags are unless others replace them, and a large object stays one. */
function keptTraits({ traits = {} }: ObjectRecord, replacesTags: boolean): ObjectTraits {
  const { acl: _acl, owner: _owner, tags, ...rest } = traits;
  return replacesTags || tags === undefined ? rest : { ...rest, tags };
}

function isReplaced(headers: Readonly<Record<string, string | undefined>>, what: "metadata" | "tagging"): boolean {
  const directive = headers[`x-amz-${what}-directive`];
  if (directive === undefined || directive === "COPY") return false;
  if (directive === "REPLACE") return true;
  throw new S3Error("InvalidArgument", `x-amz-${what}-directive is COPY or REPLACE.`);
}
