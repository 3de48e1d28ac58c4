import type { Crypto } from "../crypto.ts";
import type { HttpResponse } from "../http.ts";
import { resumed, verified } from "./bodies.ts";
import type { Place } from "./failures.ts";
import type { GetOptions, ObjectBody, ObjectInfo } from "./store.ts";

/** What the headers of an object say, in either protocol. */
export interface Head extends Omit<ObjectInfo, "kind" | "key"> {
  /** Whether the ETag is the MD5 of the bytes. */
  readonly etagIsMd5: boolean;
}

export interface Opened {
  readonly head: Head;
  readonly response: HttpResponse;
}

/** Opens an object; its bytes are checked, and asked for again from where a connection was lost. */
export async function checkedGet(
  open: (options: GetOptions) => Promise<Opened>,
  place: Place & { readonly key: string },
  crypto: Crypto,
  options: GetOptions,
): Promise<ObjectBody> {
  const { head, response } = await open(options);
  const { start = 0, end } = options.range ?? {};
  const reopen = async (offset: number): Promise<AsyncIterable<Uint8Array>> => {
    const range = { start: start + offset, ...(end === undefined ? {} : { end }) };
    return (await open({ ...options, range, ifMatch: head.etag })).response.body;
  };
  const bytes = Number(response.headers["content-length"] ?? head.bytes);
  const isWhole = response.status === 200 && head.etagIsMd5;
  const md5 = isWhole ? { digest: crypto.md5(), value: head.etag } : undefined;
  return { info: infoOf(place.key, head), body: verified(resumed(response.body, reopen), { place, bytes, md5 }) };
}

export function infoOf(key: string, { bytes, etag, modifiedAt, contentType, metadata }: Head): ObjectInfo {
  return {
    kind: "object",
    key,
    bytes,
    etag,
    modifiedAt,
    ...(contentType === undefined ? {} : { contentType }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
