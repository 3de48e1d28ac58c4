import { S3Error } from "./errors.ts";

export type Tags = readonly (readonly [key: string, value: string])[];

const MOST = { object: 10, bucket: 50 } as const;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/** Tags as a header has them and as they are stored: `a=1&b=x%20y`. */
export function readTagQuery(text: string): Tags {
  return [...new URLSearchParams(text)];
}

export function writeTagQuery(tags: Tags): string {
  return tags.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
}

/** @returns The tags. @throws S3Error InvalidTag when there are too many, or one is too long or twice there. */
export function checkTags(tags: Tags, kind: keyof typeof MOST): Tags {
  const isUnique = new Set(tags.map(([key]) => key)).size === tags.length;
  const fit = tags.every(([key, value]) => key !== "" && key.length <= MAX_KEY && value.length <= MAX_VALUE);
  if (tags.length > MOST[kind] || !isUnique || !fit) throw new S3Error("InvalidTag");
  return tags;
}
