import { createHmac, timingSafeEqual } from "node:crypto";
import type { ServiceRequest } from "../http/service.ts";
import type { Principal } from "../identity.ts";
import type { Storage } from "../storage/storage.ts";
import { SwiftError, unauthorized } from "./errors.ts";
import type { Target } from "./target.ts";

export function isTempUrl({ query }: ServiceRequest): boolean {
  return query.has("temp_url_sig") || query.has("temp_url_expires");
}

/**
 * The owner of the container, for whom a TempURL speaks. As in RGW only the keys of the account sign; the path is signed
 * decoded, with or without `/swift`. Of the digests RGW 16.2 knows SHA-1 alone, but python-swiftclient signs with
 * SHA-256 unless told otherwise, and RGW takes that and SHA-512 since 18.
 *
 * @see Object Storage API, "Temporary URL middleware"; TempURLEngine in rgw_swift_auth.cc
 */
export async function tempUrlSigner(request: ServiceRequest, target: Target, storage: Storage): Promise<Principal> {
  const [signature, expires] = ["temp_url_sig", "temp_url_expires"].map((name) => request.query.get(name) ?? "");
  if (!signature || !/^\d+$/.test(expires ?? "") || Number(expires) * 1000 <= Date.now()) throw unauthorized();
  const container = target.object === "" ? undefined : await storage.findBucket(target.container);
  if (container === undefined || (target.projectId ?? container.projectId) !== container.projectId) throw refused();
  const headers = await storage.accountHeaders(container.projectId);
  const keys = ["", "-2"].flatMap((suffix) => headers[`x-account-meta-temp-url-key${suffix}`] ?? []);
  const texts = signedTexts(request, expires ?? "");
  if (!keys.some((key) => texts.some((text) => isSignature(key, text, signature)))) throw refused();
  return { userId: "", projectId: container.projectId, projectName: "", roles: [] };
}

/** A HEAD may use what was signed for a GET or PUT. */
function signedTexts({ method, path }: ServiceRequest, expires: string): readonly string[] {
  const methods = method === "HEAD" ? ["HEAD", "GET", "PUT"] : [method];
  const decoded = decodeURIComponent(path);
  const paths = [decoded, decoded.replace(/^\/swift/, "")];
  return methods.flatMap((signed) => paths.map((signedPath) => `${signed}\n${expires}\n${signedPath}`));
}

/** In hexadecimal, whose length tells the digest, or as `DIGEST:BASE64`. */
function isSignature(key: string, text: string, signature: string): boolean {
  const [, named, base64 = ""] = /^(sha1|sha256|sha512):([\w+/-]+=*)$/.exec(signature) ?? [];
  const theirs = named === undefined ? Buffer.from(signature, "hex") : Buffer.from(base64, "base64");
  const digest = named ?? digests.get(signature.length);
  if (digest === undefined) return false;
  const ours = createHmac(digest, key).update(text).digest();
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

const digests: ReadonlyMap<number, string> = new Map([
  [40, "sha1"],
  [64, "sha256"],
  [128, "sha512"],
]);

const refused = (): SwiftError => new SwiftError("AccessDenied");

/** What a browser is told to do with it: keep it under its name, unless the object or the URL says otherwise. */
export function dispositionFor({ query }: ServiceRequest, object: string): string {
  if (query.has("inline")) return "inline";
  const name = query.get("filename") || object;
  return `attachment; filename="${encodeURIComponent(name)}"`;
}
