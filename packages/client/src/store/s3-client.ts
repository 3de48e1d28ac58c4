import type { Crypto } from "../crypto.ts";
import type { Http, HttpRequest, HttpResponse } from "../http.ts";
import { S3Error } from "../s3/errors.ts";
import type { NewObject } from "../s3/objects.ts";
import { emptyPayload, signRequest, unsignedPayload } from "../s3/sign.ts";
import type { Provider, S3Credentials, S3Endpoint } from "./credentials.ts";
import { StoreError } from "./error.ts";
import { asItIs, type InWords, type Place } from "./failures.ts";
import { renewing } from "./renewing.ts";
import { isRefusal, s3StoreError } from "./s3-errors.ts";
import type { PutOptions } from "./store.ts";

export interface S3AccountOptions {
  readonly http: Http;
  readonly endpoint: S3Endpoint;
  readonly credentials: Provider<S3Credentials>;
  readonly crypto: Crypto;
  /** See {@link StoreAccount.place}. Default: the endpoint. */
  readonly place?: string;
  /** Says an error in words that fit this very store. Default: it stays as it is. */
  readonly inWords?: InWords;
}

export interface SendS3Options {
  /** For error messages. */
  readonly place: Place;
  readonly signal?: AbortSignal | undefined;
  /** SHA-256 of the body in hex. Default: the bytes are left out of the signature. */
  readonly payload?: string;
}

/** Signs, sends, and reads the answer; with other keys once more when these are refused. Rejects with StoreErrors. */
export interface S3Client extends S3AccountOptions {
  /** What the server can do, as far as it has told. */
  readonly features: {
    putIfAbsent: boolean;
    /** Whether it compares a CRC32 and keeps it; undefined until it was tried. */
    confirmsCrc?: boolean | undefined;
  };
  send<R>(request: HttpRequest, read: (response: HttpResponse) => Promise<R>, options: SendS3Options): Promise<R>;
}

export function s3Client(options: S3AccountOptions): S3Client {
  const { http, endpoint, credentials, crypto, inWords = asItIs } = options;
  const withKeys = renewing(credentials, isRefusal);
  return {
    ...options,
    features: { putIfAbsent: true },
    async send(request, read, { place, signal, payload }) {
      const hash = payload ?? (request.body === undefined ? emptyPayload : unsignedPayload);
      const sending = signal === undefined ? {} : { signal };
      const attempt = async (keys: S3Credentials, mayBeSkewed = true): Promise<Awaited<ReturnType<typeof read>>> => {
        const signed = signRequest(request, hash, { keys, region: endpoint.region, at: http.now(), crypto });
        try {
          return await read(await http.send(signed, sending));
        } catch (error) {
          // The refusal itself taught us the server's clock, so the second signature has the right time.
          if (mayBeSkewed && isSkew(error)) return await attempt(keys, false);
          throw error;
        }
      };
      try {
        return await withKeys((keys) => attempt(keys), signal);
      } catch (error) {
        const problem = s3StoreError(error, place);
        throw problem instanceof StoreError ? inWords(problem, place) : problem;
      }
    },
  };
}

/** As anybody may ask who has no keys. */
export function unsignedS3Client(options: Omit<S3AccountOptions, "credentials">): S3Client {
  const { inWords = asItIs } = options;
  return {
    ...options,
    credentials: () => Promise.reject(new StoreError("STORE_UNAUTHENTICATED", "there are no keys here")),
    features: { putIfAbsent: true },
    async send(request, read, { place, signal }) {
      try {
        return await read(await options.http.send(request, signal === undefined ? {} : { signal }));
      } catch (error) {
        const problem = s3StoreError(error, place);
        throw problem instanceof StoreError ? inWords(problem, place) : problem;
      }
    },
  };
}

const isSkew = (error: unknown): boolean => error instanceof S3Error && error.code === "RequestTimeTooSkewed";

export function newObject({ contentType, metadata, ifAbsent }: PutOptions): NewObject {
  return { contentType, metadata, ifNoneMatch: ifAbsent === true ? "*" : undefined };
}
