import type { ServiceRequest, ServiceResponse } from "../http/service.ts";
import type { Principal } from "../identity.ts";
import type { BucketRecord, Storage } from "../storage/storage.ts";
import type { Payload } from "./body/payload.ts";
import { document } from "./xml.ts";

/** One authenticated request on its way to its operation. */
export interface Call {
  readonly request: ServiceRequest;
  readonly storage: Storage;
  /** Undefined for an anonymous request. */
  readonly caller: Principal | undefined;
  /** Decoded; empty where the request names none. */
  readonly bucket: string;
  readonly key: string;
  readonly payload: Payload;
}

/** A call whose bucket exists, and whose sender was let in. */
export interface BucketCall extends Call {
  readonly record: BucketRecord;
}

/** The work of one S3 operation. Failures are thrown as `S3Error` or `StorageError`. */
export type Operation<C extends Call = BucketCall> = (call: C) => Promise<ServiceResponse>;

/** 200 with a document; `content` is XML already. */
export function xmlResponse(root: string, content: string, namespace?: string): ServiceResponse {
  return { status: 200, headers: { "Content-Type": "application/xml" }, body: document(root, content, namespace) };
}

export function emptyResponse(status: number, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return { status, headers };
}
