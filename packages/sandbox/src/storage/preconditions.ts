import { StorageError } from "./storage.ts";
import type { Precondition } from "./storage.ts";

/** Throws unless the object that a key has now, if any, is as the caller expects. */
export function checkPrecondition(condition: Precondition | undefined, etag: string | undefined): void {
  const { ifMatch, ifNoneMatch } = condition ?? {};
  if (ifMatch !== undefined && !names(ifMatch, etag)) {
    throw new StorageError("PRECONDITION_FAILED", "the object is not the one that was expected");
  }
  if (ifNoneMatch !== undefined && names(ifNoneMatch, etag)) {
    throw new StorageError("PRECONDITION_FAILED", "the object exists already");
  }
}

function names(etags: "*" | readonly string[], etag: string | undefined): boolean {
  if (etag === undefined) return false;
  return etags === "*" || etags.includes(etag);
}
