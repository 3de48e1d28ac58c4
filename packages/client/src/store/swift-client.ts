import type { Crypto } from "../crypto.ts";
import type { Http, HttpRequest, HttpResponse } from "../http.ts";
import type { SwiftAccess } from "../swift/account.ts";
import type { Provider } from "./credentials.ts";
import { StoreError } from "./error.ts";
import { asItIs, type InWords, type Place } from "./failures.ts";
import { renewing } from "./renewing.ts";
import { isRefusal, swiftStoreError } from "./swift-errors.ts";

export interface SwiftAccountOptions {
  readonly http: Http;
  /** The account's address and a Keystone token scoped to its project. */
  readonly access: Provider<SwiftAccess>;
  readonly crypto: Crypto;
  /** See {@link StoreAccount.place}. Needed where there are several accounts. */
  readonly place?: string;
  /**
   * Whether large objects are uploaded in segments. Not at RGW, whose listings tell the size of the manifest in place of
   * the object's, and which has S3. Default false.
   */
  readonly inSegments?: boolean;
  /** Says an error in words that fit this very store. Default: it stays as it is. */
  readonly inWords?: InWords;
}

interface SendSwiftOptions {
  /** For error messages. */
  readonly place: Place;
  readonly signal?: AbortSignal | undefined;
}

/** Sends, and reads the answer; with another token once more when this one is refused. Rejects with StoreErrors. */
export interface SwiftClient extends SwiftAccountOptions {
  send<R>(
    request: (access: SwiftAccess) => HttpRequest,
    read: (response: HttpResponse) => Promise<R>,
    options: SendSwiftOptions,
  ): Promise<R>;
}

export function swiftClient(options: SwiftAccountOptions): SwiftClient {
  const { inWords = asItIs } = options;
  const withAccess = renewing(options.access, isRefusal);
  return {
    ...options,
    async send(request, read, { place, signal }) {
      const sendOptions = signal === undefined ? {} : { signal };
      try {
        return await withAccess(
          async (access) => await read(await options.http.send(request(access), sendOptions)),
          signal,
        );
      } catch (error) {
        const problem = swiftStoreError(error, place);
        throw problem instanceof StoreError ? inWords(problem, place) : problem;
      }
    },
  };
}
