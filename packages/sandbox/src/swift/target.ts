import { SwiftError } from "./errors.ts";

/** What a path names. `container` and `object` are empty where the path ends before them. */
export interface Target {
  /** From `AUTH_<project>` or `KEY_<project>`; undefined when the path leaves the account to the token. */
  readonly projectId?: string;
  readonly container: string;
  readonly object: string;
}

const api = /^\/swift\/v1(?:\/(?:AUTH|KEY)_(?<project>[^/]*))?(?:\/(?<container>[^/]*)(?:\/(?<object>.*))?)?$/s;

/**
 * Reads `/swift/v1[/AUTH_<project>][/<container>[/<object>]]`. Nothing is normalised: `..`, `//` and a trailing slash
 * are part of an object's name.
 */
export function parseTarget(path: string): Target {
  const match = api.exec(path)?.groups;
  if (match === undefined) throw new SwiftError("NoSuchKey");
  const { project, container = "", object = "" } = match;
  if (container === "" && object !== "") throw new SwiftError("Bad URL");
  return {
    ...(project === undefined ? {} : { projectId: decodeName(project) }),
    container: decodeName(container),
    object: decodeName(object),
  };
}

/** Takes off percent-encoding. */
export function decodeName(text: string): string {
  const plain = percentDecode(text);
  if (plain === undefined || plain.includes("\0")) throw new SwiftError("Invalid UTF8 or contains NULL");
  return plain;
}

/** Undefined when the bytes are not UTF-8. */
function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Longest names, in bytes of UTF-8; `/swift/info` tells them too. */
export const maxContainerNameBytes = 255;
export const maxObjectNameBytes = 1024;

/** RGW's rules for Swift, looser than S3's: see `RGWHandler_REST_SWIFT::validate_bucket_name`. */
export function checkContainerName(name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes < 3 || bytes > maxContainerNameBytes || name.startsWith(".")) throw new SwiftError("InvalidBucketName");
}

export function checkObjectName(name: string): void {
  if (Buffer.byteLength(name) > maxObjectNameBytes) throw new SwiftError("InvalidObjectName");
}
