import type { ServiceRequest } from "../http/service.ts";
import { S3Error } from "./errors.ts";

/** Headers whose promise is not kept here. Refused by name, since dropping them would mislead. */
const UNSUPPORTED =
  /^x-amz-(grant-|server-side-encryption|copy-source-server-side-encryption|object-lock-|website-redirect-location)/;

/** Refuses an upload or a new bucket that asks for what the store does not do. */
export function refuseUnsupported(headers: ServiceRequest["headers"]): void {
  for (const [name, value] of Object.entries(headers)) {
    if (UNSUPPORTED.test(name)) throw notImplemented(name);
    if (name === "x-amz-bucket-object-lock-enabled" && value?.toLowerCase() === "true") throw notImplemented(name);
    if (name === "x-amz-storage-class" && value !== "STANDARD") throw new S3Error("InvalidStorageClass");
  }
}

function notImplemented(header: string): S3Error {
  return new S3Error("NotImplemented", `The header ${header} is not implemented.`);
}
