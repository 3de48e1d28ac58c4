import { discard, type HttpRequest, type HttpResponse } from "../http.ts";
import { Secret } from "../secret.ts";
import type { SwiftAccess } from "./account.ts";
import { readSwiftError } from "./errors.ts";
import { accountUrl, objectUrl } from "./urls.ts";

const keyHeader = "x-account-meta-temp-url-key";

/** Asks for what the account knows of itself. */
export function headAccountRequest({ storageUrl, token }: SwiftAccess): HttpRequest {
  return { method: "HEAD", url: accountUrl(storageUrl), headers: { "x-auth-token": token } };
}

/** The key that signs links into the account; undefined where it has none yet, or does not show it. */
export async function readTempUrlKey(response: HttpResponse): Promise<Secret | undefined> {
  if (response.status >= 300) throw await readSwiftError(response);
  await discard(response.body);
  const key = response.headers[keyHeader];
  return key ? new Secret(key) : undefined;
}

/** Gives the account a key. Whoever changes it later ends every link. */
export function setTempUrlKeyRequest({ storageUrl, token }: SwiftAccess, key: Secret): HttpRequest {
  return {
    method: "POST",
    url: accountUrl(storageUrl),
    headers: { "x-auth-token": token, [keyHeader]: key, "content-length": "0" },
    idempotent: true,
  };
}

/** What is signed for one object, and the address that the signature is put behind. */
export interface TempUrl {
  readonly url: string;
  readonly text: string;
  readonly digest: "sha1" | "sha256";
}

/**
 * RGW is told by `/swift` in its address: it takes SHA-1 only, and a path without `/swift` and without the account. Swift
 * takes SHA-256, and in newer versions no SHA-1.
 *
 * @param expires In seconds since 1970.
 * @see Object Storage API, "Temporary URL middleware": the path is signed as it is when decoded
 */
export function tempUrl(
  storageUrl: string,
  { container, object }: { readonly container: string; readonly object: string },
  { method, expires }: { readonly method: string; readonly expires: number },
): TempUrl {
  const { origin, pathname } = new URL(storageUrl);
  const isRgw = pathname.startsWith("/swift/");
  const account = isRgw ? "/v1" : pathname;
  return {
    url: objectUrl(isRgw ? `${origin}/swift/v1` : storageUrl, container, object),
    text: `${method}\n${expires}\n${account}/${container}/${object}`,
    digest: isRgw ? "sha1" : "sha256",
  };
}

export const signedTempUrl = ({ url }: TempUrl, signature: string, expires: number): string =>
  `${url}?temp_url_sig=${signature}&temp_url_expires=${expires}`;
