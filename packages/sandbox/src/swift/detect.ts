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
export type ObjectOperation = "HeadObject" | "GetObject" | "PutObject" | "PostObject" | "DeleteObject";
export type Operation = AccountOperation | ContainerOperation | ObjectOperation;

const verbs: Readonly<Record<string, string>> = {
  HEAD: "Head",
  GET: "Get",
  PUT: "Put",
  POST: "Post",
  DELETE: "Delete",
};

/** Features that RGW has and this API has not; asking for one must not look like success. */
const missingQueries = [
  "bulk-delete",
  "extract-archive",
  "multipart-manifest",
  "temp_url_sig",
  "temp_url_expires",
  "path",
];
const missingHeaders = [
  "x-account-meta-temp-url-key",
  "x-account-meta-temp-url-key-2",
  "x-container-meta-quota-bytes",
  "x-container-meta-quota-count",
  "x-container-read",
  "x-container-write",
  "x-copy-from",
  "x-delete-after",
  "x-delete-at",
  "x-history-location",
  "x-object-manifest",
  "x-versions-location",
];

/** Names what a request asks for. */
export function detect(request: ServiceRequest, { container, object }: Target): Operation {
  if (request.method === "COPY" || asksForMissing(request)) throw new SwiftError("NotImplemented");
  const verb = verbs[request.method];
  if (verb === undefined) throw new SwiftError("MethodNotAllowed");
  if (object !== "") return `${verb}Object` as ObjectOperation;
  if (container !== "") return `${verb}Container` as ContainerOperation;
  // Accounts come and go with Keystone's projects: nobody makes or removes one here.
  if (verb === "Put" || verb === "Delete") throw new SwiftError("MethodNotAllowed");
  return `${verb}Account` as AccountOperation;
}

function asksForMissing({ query, headers }: ServiceRequest): boolean {
  if (query.get("format") === "xml") return true;
  return missingQueries.some((name) => query.has(name)) || missingHeaders.some((name) => Boolean(headers[name]));
}
