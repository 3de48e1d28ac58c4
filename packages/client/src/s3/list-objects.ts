import { readBytes, type Scratch } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { Columns, type ObjectPage } from "../object-page.ts";
import { badAnswer, otherAnswer, readS3Error } from "./errors.ts";
import { parseListPage } from "./list-page.ts";
import { bucketUrl } from "./urls.ts";

export interface ListObjectsOptions {
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly startAfter?: string | undefined;
  /** From the page before; with it `startAfter` is ignored. */
  readonly continuationToken?: string | undefined;
  /** At most 1,000, which is the default. */
  readonly maxKeys?: number | undefined;
}

export interface ListPage {
  /** In UTF-8 order of the key, as are the prefixes. */
  readonly objects: ObjectPage;
  readonly prefixes: readonly string[];
  /** Absent on the last page. */
  readonly continuationToken?: string;
}

/**
 * ListObjectsV2. Names come URL-encoded, since XML cannot hold every character.
 *
 * @see Amazon S3 API, "ListObjectsV2"
 */
export function listObjectsRequest(endpoint: string, bucket: string, options: ListObjectsOptions = {}): HttpRequest {
  const url = bucketUrl(endpoint, bucket, {
    "list-type": "2",
    "encoding-type": "url",
    "max-keys": String(options.maxKeys ?? 1000),
    prefix: options.prefix || undefined,
    delimiter: options.delimiter || undefined,
    "start-after": options.continuationToken === undefined ? options.startAfter : undefined,
    "continuation-token": options.continuationToken,
  });
  return { method: "GET", url, headers: {}, borrowsBody: true };
}

/**
 * @param scratch Memory to read the answer into; nothing of the page stays in it.
 * @param columns Memory for the objects; those of another page there are gone.
 */
export async function readListPage(
  response: HttpResponse,
  scratch?: Scratch,
  columns: Columns = new Columns(),
): Promise<ListPage> {
  if (response.status !== 200) throw await readS3Error(response);
  const answer = await readBytes(response, scratch);
  const result = parseListPage(answer, columns);
  if (result === undefined) throw otherAnswer(new TextDecoder().decode(answer), "the list of objects", response);
  const { objects, prefixes, isTruncated, continuationToken } = result;
  if (!isTruncated) return { objects, prefixes };
  if (continuationToken === undefined) throw badAnswer("the way to the next page", response);
  return { objects, prefixes, continuationToken };
}
