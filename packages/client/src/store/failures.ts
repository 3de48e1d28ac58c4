import { visible } from "../visible.ts";
import { StoreError, type StoreErrorCode } from "./error.ts";

/** What an error is about; in words, `bucket/key`. */
export interface Place {
  readonly bucket?: string;
  readonly key?: string;
}

/** A protocol's own error. */
export interface Evidence extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId?: string;
}

const sentences: Readonly<Record<StoreErrorCode, (place: string) => string>> = {
  STORE_NOT_FOUND: (place) => `there is no object ${place}`,
  STORE_NO_BUCKET: (place) => `there is no bucket ${place}`,
  STORE_DENIED: (place) => `you are not allowed to do this with ${place}`,
  STORE_UNAUTHENTICATED: () => "the store refuses these credentials",
  STORE_EXISTS: (place) => `${place} exists already`,
  STORE_CHANGED: (place) => `${place} has changed meanwhile`,
  STORE_NOT_EMPTY: (place) => `the bucket ${place} is not empty`,
  STORE_BAD_NAME: (place) => `the store does not take the name ${place}`,
  STORE_QUOTA: (place) => `${place} does not fit: a limit of the store or a quota of the project is reached`,
  STORE_CORRUPT: (place) => `${place} arrived damaged`,
  STORE_BUSY: () => "the store is overloaded or being repaired",
  STORE_NOT_S3: () => "what answers is not S3",
  STORE_FAILED: (place) => `the store could not do this with ${place}`,
};

/** Says an error in words that fit the very store it came from. */
export type InWords = (error: StoreError, place: Place) => Error;

export const asItIs: InWords = (error) => error;

/** Says a protocol's error in words. */
export function storeError(code: StoreErrorCode, place: Place, evidence: Evidence): StoreError {
  const sentence = sentences[code](inWords(code === "STORE_NO_BUCKET" ? { bucket: place.bucket ?? "" } : place));
  const detail = code === "STORE_FAILED" || code === "STORE_BAD_NAME" ? `: ${own(evidence)}` : "";
  return new StoreError(code, sentence + detail, { cause: evidence, requestId: evidence.requestId });
}

function own({ code, status, message }: Evidence): string {
  const word = code.startsWith("HTTP ") ? code : `${code} (HTTP ${status})`;
  return message === "" ? visible(word) : visible(`${word}: ${message}`);
}

export function inWords({ bucket, key }: Place): string {
  if (bucket === undefined) return "the account";
  return visible(key === undefined ? bucket : `${bucket}/${key}`);
}

export function corrupt(place: Place, what: string): StoreError {
  return new StoreError("STORE_CORRUPT", `${inWords(place)} is damaged: ${what}`);
}
