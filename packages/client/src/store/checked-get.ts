import type { Crypto } from "../crypto.ts";
import type { HttpResponse } from "../http.ts";
import { checkedBody } from "./checked-body.ts";
import type { Place } from "./failures.ts";
import type { GetOptions, ObjectBody, ObjectInfo } from "./store.ts";

/** What the headers of an object say, in either protocol. */
export type Head = Omit<ObjectInfo, "kind" | "key">;

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
  const { range: { start = 0, end } = {}, again } = options;
  const rest = async (offset: number): Promise<AsyncIterable<Uint8Array>> => {
    const range = { start: start + offset, ...(end === undefined ? {} : { end }) };
    return (await open({ ...options, range, ifMatch: head.etag })).response.body;
  };
  const reopen =
    again === undefined ? rest : async (offset: number) => await again(async () => await begun(await rest(offset)));
  const bytes = Number(response.headers["content-length"] ?? head.bytes);
  const told = response.status === 200 ? head.checksum : undefined;
  const checksum = told && { digest: crypto[told.algorithm](), value: told.value };
  return {
    info: infoOf(place.key, head),
    isChecked: checksum !== undefined,
    body: checkedBody(response.body, { place, bytes, checksum, reopen }),
  };
}

/** The same chunks, once there is a first one. */
async function begun(body: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const chunks = body[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await chunks.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        const taken = first;
        first = undefined;
        return taken === undefined ? chunks.next() : Promise.resolve(taken);
      },
      return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
    }),
  };
}

export const infoOf = (key: string, head: Head): ObjectInfo => ({ kind: "object", key, ...head });
