import { textBody } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { readDocument } from "./errors.ts";
import { bucketUrl } from "./urls.ts";
import { childrenOf, childText, escapeXml } from "../xml.ts";

/** The document that {@link deleteObjectsRequest} sends, for at most 1000 keys. */
export function deletionDocument(keys: readonly string[]): string {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join("");
  return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`;
}

/** @param contentMd5 Of the document, in base64: servers insist on it. */
export function deleteObjectsRequest(
  endpoint: string,
  bucket: string,
  document: string,
  contentMd5: string,
): HttpRequest {
  return {
    method: "POST",
    url: bucketUrl(endpoint, bucket, { delete: "" }),
    headers: { "content-md5": contentMd5, "content-type": "application/xml" },
    body: textBody(document),
    // Deleting twice does no more than deleting once.
    idempotent: true,
  };
}

export interface NotDeleted {
  readonly key: string;
  /** The server's own word, `AccessDenied` for example. */
  readonly code: string;
  readonly message: string;
}

/** The keys that are still there; one that was not there counts as deleted. */
export async function readNotDeleted(response: HttpResponse): Promise<readonly NotDeleted[]> {
  const result = await readDocument(response, "DeleteResult", "the outcome of the deletion");
  return childrenOf(result, "Error")
    .map((entry) => ({
      key: childText(entry, "Key") ?? "",
      code: childText(entry, "Code") ?? "",
      message: childText(entry, "Message") ?? "",
    }))
    .filter(({ code }) => code !== "NoSuchKey");
}
