/**
 * S3 as Ceph RGW 16.2 presents it, path-style.
 *
 * Gaps against RGW, each answered with `NotImplemented` and the operation's name:
 * - ACLs other than the canned ones, grants in headers; conditions of a policy that compare anything but text
 * - setting CORS, lifecycle, versioning, object lock, website, logging
 * - ListObjectVersions, browser form uploads (POST Object), server-side encryption, SelectObjectContent, torrents
 *
 * Different on purpose:
 * - error messages are filled in: RGW's empty ones crash the AWS CLI
 * - additional checksums, trailing ones and `STREAMING-UNSIGNED-PAYLOAD-TRAILER`, of which RGW 16.2 knows nothing, are
 *   verified, kept and given back as at Amazon, since newer clients send them unasked; none is made where none is sent
 * - `Host` has to be signed, and the date of the credential scope has to be the request's, as Amazon demands
 * - ListMultipartUploads names the groups of a delimiter, which RGW leaves out
 * - `Marker` and `NextMarker` are encoded where `encoding-type=url` asks for it
 * - removing a policy is 204 as at Amazon: at RGW's 200, mc says that it failed
 * - a policy without a statement is refused, which RGW keeps; answers without a body name no Content-Type
 * - session tokens are refused: RGW's STS is not here
 * - there is no quota, no limit of buckets, and a Keystone role is not asked for
 */
import { randomBytes } from "node:crypto";
import type { Service, ServiceRequest, ServiceResponse } from "../http/service.ts";
import type { Identity } from "../identity.ts";
import type { Storage } from "../storage/storage.ts";
import { enterBucket } from "./access.ts";
import { authenticator } from "./auth/authenticate.ts";
import { announcedChecksum } from "./body/checksum.ts";
import { openPayload } from "./body/payload.ts";
import type { Call } from "./call.ts";
import { detectOperation, readTarget } from "./detect.ts";
import { S3Error, toS3Error } from "./errors.ts";
import { bucketOperations, openOperations } from "./operations/table.ts";
import { document, element } from "./xml.ts";

export interface S3Options {
  readonly storage: Storage;
  readonly identity: Identity;
  /** The server's clock, against which signatures are judged. Default: the machine's. */
  readonly now?: () => Date;
  /** Lets an authenticated call on, perhaps changed, or throws. Default: what a bucket's project and owner say decides. */
  readonly admit?: (operation: string, call: Call) => Promise<Call>;
}

/** The S3 API as a function of requests. Everything outside `/swift` belongs to it. Defects are thrown. */
export function createS3(options: S3Options): Service {
  const { storage, identity, now = () => new Date(), admit } = options;
  const authenticate = authenticator(identity, now);
  const requestIds = requestIdSource(now);
  return async (request) => {
    const requestId = requestIds();
    const context: { bucket?: string } = {};
    try {
      const { status, headers, body } = await answer(request, context);
      const named = { ...headers, "x-amz-request-id": requestId };
      return body === undefined ? { status, headers: named } : { status, headers: named, body };
    } catch (error) {
      const failure = toS3Error(error);
      if (failure === undefined) throw error;
      return errorResponse(failure, context.bucket, requestId);
    }
  };

  /** Detect, authenticate, dispatch. */
  async function answer(request: ServiceRequest, context: { bucket?: string }): Promise<ServiceResponse> {
    const target = readTarget(request.path);
    const name = detectOperation(request, target);
    const authentication = await authenticate(request);
    context.bucket = target.bucket;
    // At completion the header is the object's checksum and not the document's.
    const announced = name === "CompleteMultipartUpload" ? undefined : announcedChecksum(request.headers);
    const payload = openPayload(request, authentication, announced);
    const call = { request, storage, caller: authentication.caller, payload, ...target };
    return await dispatch(name, admit === undefined ? call : await admit(name, call));
  }
}

async function dispatch(name: string, call: Call): Promise<ServiceResponse> {
  const open = openOperations.get(name);
  if (open !== undefined) return await open(call);
  const operation = bucketOperations.get(name);
  if (operation === undefined) throw new S3Error("NotImplemented", `${name} is not implemented.`);
  return await operation.run(await enterBucket(call, operation.action));
}

function errorResponse(
  { code, status, message }: S3Error,
  bucket: string | undefined,
  requestId: string,
): ServiceResponse {
  const content = [
    element("Code", code),
    element("Message", message),
    bucket ? element("BucketName", bucket) : "",
    element("RequestId", requestId),
    element("HostId", "101c-default-default"),
  ].join("");
  const headers = { "x-amz-request-id": requestId, "Accept-Ranges": "bytes", "Content-Type": "application/xml" };
  return { status, headers, body: document("Error", content, "") };
}

/** Ids in RGW's form: `tx<21 hex>-<time>-<instance>-<zone>`. */
function requestIdSource(now: () => Date): () => string {
  const start = randomBytes(6).toString("hex").slice(0, 11);
  let count = 0;
  return () => {
    count += 1;
    const seconds = Math.floor(now().getTime() / 1000);
    return `tx${start}${count.toString(16).padStart(10, "0")}-${seconds.toString(16).padStart(10, "0")}-101c-default`;
  };
}
