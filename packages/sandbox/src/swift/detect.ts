import type { ServiceRequest } from "../http/service.ts";
import { SwiftError } from "./errors.ts";
import type { Target } from "./target.ts";

export type AccountOperation = "HeadAccount" | "GetAccount" | "PostAccount";
export type ContainerOperation =
  | "HeadContainer"
  | "GetContainer"
  | "PutContainer"
  | "PostContainer"
  | "DeleteContainer";
export type ObjectOperation =
  | "HeadObject"
  | "GetObject"
  | "PutObject"
  | "PostObject"
  | "DeleteObject"
  | "CopyObject"
  | "PutManifest"
  | "GetManifest"
  | "DeleteManifest";
export type Operation = AccountOperation | ContainerOperation | ObjectOperation | "BulkDelete";

const verbs: Readonly<Record<string, string>> = {
  HEAD: "Head",
  GET: "Get",
  PUT: "Put",
  POST: "Post",
  DELETE: "Delete",
};

/** Features that RGW has and this API has not; asking for one must not look like success. */
const missingQueries = ["extract-archive", "path", "temp_url_prefix"];
const missingHeaders = [
  "x-container-meta-quota-bytes",
  "x-container-meta-quota-count",
  "x-delete-after",
  "x-delete-at",
  "x-history-location",
  "x-versions-location",
];

/** Names what a request asks for. */
export function detect(request: ServiceRequest, target: Target): Operation {
  if (asksForMissing(request)) throw new SwiftError("NotImplemented");
  if (request.query.has("bulk-delete")) return bulkOperation(request, target);
  if (target.object !== "") return objectOperation(request);
  const verb = verbOf(request);
  if (target.container !== "") return `${verb}Container` as ContainerOperation;
  // Accounts come and go with Keystone's projects: nobody makes or removes one here.
  if (verb === "Put" || verb === "Delete") throw new SwiftError("MethodNotAllowed");
  return `${verb}Account` as AccountOperation;
}

function verbOf({ method }: ServiceRequest): string {
  const verb = verbs[method];
  if (verb === undefined) throw new SwiftError("MethodNotAllowed");
  return verb;
}

function bulkOperation({ method }: ServiceRequest, { container }: Target): Operation {
  if (container === "" && (method === "POST" || method === "DELETE")) return "BulkDelete";
  throw new SwiftError("MethodNotAllowed");
}

function objectOperation(request: ServiceRequest): ObjectOperation {
  const { method, headers, query } = request;
  if (method === "COPY" || (method === "PUT" && headers["x-copy-from"] !== undefined)) return "CopyObject";
  const manifest = query.get("multipart-manifest");
  if (method === "PUT" && manifest === "put") return "PutManifest";
  if (method === "GET" && manifest === "get") return "GetManifest";
  if (method === "DELETE" && manifest === "delete") return "DeleteManifest";
  return `${verbOf(request)}Object` as ObjectOperation;
}

function asksForMissing({ query, headers }: ServiceRequest): boolean {
  return missingQueries.some((name) => query.has(name)) || missingHeaders.some((name) => Boolean(headers[name]));
}
