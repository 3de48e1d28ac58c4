import type { Call } from "../s3/call.ts";
import { decodeName } from "../s3/detect.ts";
import { S3Error } from "../s3/errors.ts";
import type { Storage } from "../storage/storage.ts";
import { type Grantee, isGranted } from "./policies.ts";

/** What policies call an operation, where that is not its own name. */
const actions: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: "PutObject",
  CopyObject: "PutObject",
  CreateMultipartUpload: "PutObject",
  HeadBucket: "ListBucket",
  HeadObject: "GetObject",
  ListMultipartUploads: "ListBucketMultipartUploads",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListParts: "ListMultipartUploadParts",
  UploadPart: "PutObject",
  UploadPartCopy: "PutObject",
};

/**
 * The call as its sender may make it: policies decide, whoever made the bucket.
 *
 * @throws S3Error `AccessDenied`
 */
export async function admit(operation: string, call: Call, grantee: Grantee): Promise<Call> {
  const { request, bucket, key, storage } = call;
  const values = {
    "s3:prefix": request.query.get("prefix") ?? "",
    "s3:delimiter": request.query.get("delimiter") ?? "",
  };
  const may = (action: string, at: string): boolean => isGranted(grantee, `s3:${action}`, `arn:aws:s3:::${at}`, values);
  if (operation === "ListBuckets") return { ...call, storage: await listable(call, may) };
  if (operation === "DeleteObjects") return { ...call, storage: withRemove(storage, may) };
  if (!may(actions[operation] ?? operation, key === "" ? bucket : `${bucket}/${key}`))
    throw new S3Error("AccessDenied");
  const source = request.headers["x-amz-copy-source"];
  if (source !== undefined && !may("GetObject", decodeName(source.split("?")[0] ?? "").replace(/^\//, "")))
    throw new S3Error("AccessDenied");
  return withoutAcl(operation, call);
}

/** No ACL but `private`: others are refused where they are set, and not read where they go along. @see minio/cmd/acl-handlers.go */
function withoutAcl(operation: string, call: Call): Call {
  const { "x-amz-acl": acl = "private", ...headers } = call.request.headers;
  if (operation.endsWith("Acl") && acl !== "private") throw new S3Error("NotImplemented");
  return { ...call, request: { ...call.request, headers } };
}

type May = (action: string, at: string) => boolean;

/** Only buckets one may list are shown; whoever may list none is refused. @see minio/cmd/bucket-handlers.go, `ListBucketsHandler` */
async function listable({ storage, caller }: Call, may: May): Promise<Storage> {
  const all = await storage.listBuckets(caller?.projectId ?? "");
  const shown = all.filter(({ name }) => may("ListBucket", name));
  if (shown.length === 0 && !may("ListAllMyBuckets", "")) throw new S3Error("AccessDenied");
  return replaced(storage, { listBuckets: () => Promise.resolve(shown) });
}

/** Each key has an outcome of its own. */
const withRemove = (storage: Storage, may: May): Storage =>
  replaced(storage, {
    async remove(bucket, key) {
      if (!may("DeleteObject", `${bucket}/${key}`)) throw new S3Error("AccessDenied");
      return storage.remove(bucket, key);
    },
  });

/** The same storage but for some methods. */
function replaced(storage: Storage, methods: Partial<Storage>): Storage {
  return new Proxy(storage, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof own === "function" ? (own.bind(target) as unknown) : own;
    },
  });
}
