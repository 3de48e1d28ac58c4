import type { ServiceRequest } from "../http/service.ts";
import { S3Error } from "./errors.ts";

export interface Target {
  readonly bucket: string;
  readonly key: string;
}

/** Bucket and key of a path-style request. A key may hold slashes, also leading and doubled ones. */
export function readTarget(path: string): Target {
  const slash = path.indexOf("/", 1);
  if (slash === -1) return { bucket: decodeName(path.slice(1)), key: "" };
  return { bucket: decodeName(path.slice(1, slash)), key: decodeName(path.slice(slash + 1)) };
}

/** Takes off percent-encoding; what is not UTF-8 is no name. */
export function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new S3Error("InvalidObjectName", undefined, { cause: error });
  }
}

/** What the bare word of a sub-resource is called in an operation's name: `?acl` is asked by GetBucketAcl. */
const BUCKET_WORDS: Readonly<Record<string, string>> = {
  accelerate: "BucketAccelerateConfiguration",
  acl: "BucketAcl",
  analytics: "BucketAnalyticsConfiguration",
  cors: "BucketCors",
  "intelligent-tiering": "BucketIntelligentTieringConfiguration",
  inventory: "BucketInventoryConfiguration",
  lifecycle: "BucketLifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  metrics: "BucketMetricsConfiguration",
  notification: "BucketNotificationConfiguration",
  "object-lock": "ObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  policyStatus: "BucketPolicyStatus",
  publicAccessBlock: "PublicAccessBlock",
  replication: "BucketReplication",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};

const OBJECT_WORDS: Readonly<Record<string, string>> = {
  acl: "ObjectAcl",
  attributes: "ObjectAttributes",
  "legal-hold": "ObjectLegalHold",
  retention: "ObjectRetention",
  tagging: "ObjectTagging",
  torrent: "ObjectTorrent",
};

const VERBS: Readonly<Record<string, string>> = { GET: "Get", HEAD: "Get", PUT: "Put", POST: "Post", DELETE: "Delete" };

/** The name of the S3 operation that a request asks for, whether or not it is implemented. */
export function detectOperation(request: ServiceRequest, { bucket, key }: Target): string {
  if (request.method === "OPTIONS") throw new S3Error("AccessDenied", "No bucket here has a CORS configuration.");
  if (VERBS[request.method] === undefined) throw new S3Error("MethodNotAllowed");
  if (bucket === "") return serviceOperation(request.method);
  return key === "" ? bucketOperation(request) : objectOperation(request);
}

function serviceOperation(method: string): string {
  if (method === "GET" || method === "HEAD") return "ListBuckets";
  throw new S3Error("MethodNotAllowed");
}

function bucketOperation({ method, query }: ServiceRequest): string {
  if (query.has("uploads") && method === "GET") return "ListMultipartUploads";
  if (query.has("versions") && method === "GET") return "ListObjectVersions";
  if (query.has("delete") && method === "POST") return "DeleteObjects";
  const word = subResource(method, query, BUCKET_WORDS);
  if (word !== undefined) return word;
  switch (method) {
    case "PUT":
      return query.has("encryption") ? "PutBucketEncryption" : "CreateBucket";
    case "DELETE":
      return query.has("encryption") ? "DeleteBucketEncryption" : "DeleteBucket";
    case "HEAD":
      return "HeadBucket";
    case "POST":
      return "PostObject";
    default:
      // RGW 16.2 knows no `?encryption` and answers it with a listing.
      return query.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects";
  }
}

function objectOperation({ method, query, headers }: ServiceRequest): string {
  const word = subResource(method, query, OBJECT_WORDS);
  if (word !== undefined) return word;
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  if (query.has("uploadId")) return uploadOperation(method, isCopy);
  switch (method) {
    case "PUT":
      return isCopy ? "CopyObject" : "PutObject";
    case "DELETE":
      return "DeleteObject";
    case "HEAD":
      return "HeadObject";
    case "POST":
      return postOperation(query);
    default:
      return "GetObject";
  }
}

function uploadOperation(method: string, isCopy: boolean): string {
  switch (method) {
    case "PUT":
      return isCopy ? "UploadPartCopy" : "UploadPart";
    case "POST":
      return "CompleteMultipartUpload";
    case "DELETE":
      return "AbortMultipartUpload";
    default:
      return "ListParts";
  }
}

function postOperation(query: URLSearchParams): string {
  if (query.has("uploads")) return "CreateMultipartUpload";
  if (query.has("restore")) return "RestoreObject";
  if (query.has("select")) return "SelectObjectContent";
  throw new S3Error("MethodNotAllowed");
}

function subResource(
  method: string,
  query: URLSearchParams,
  words: Readonly<Record<string, string>>,
): string | undefined {
  for (const name of query.keys()) {
    if (Object.hasOwn(words, name)) return `${VERBS[method]}${words[name]}`;
  }
  return undefined;
}
