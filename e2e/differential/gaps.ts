import type { Protocol } from "./request.ts";

/** A difference that stays, and why. */
export interface Gap {
  readonly protocol: Protocol;
  /** As {@link Differences} names it. */
  readonly field: string;
  /** Where it shows, and nowhere else. Default: wherever it does. */
  readonly steps?: readonly string[];
  readonly reason: string;
}

const otherCloud = "the two clouds have other stores: the sandbox one, the real ones two, each in a region of its own";
const notModified = ["get if none match, same"];

export const gaps: readonly Gap[] = [
  { protocol: "s3", field: "body Error/Message", reason: "RGW 16 says nothing; the sandbox says what is wrong" },
  { protocol: "s3", field: "header content-type", steps: ["location"], reason: "RGW forgets to say that this is XML" },
  {
    protocol: "swift",
    field: "header x-container-bytes-used-actual",
    reason: "what RGW takes on its disks, in blocks of 4 KiB; the sandbox has none",
  },
  {
    protocol: "swift",
    field: "header accept-ranges",
    steps: ["post container", "put object", "copy", "put as a copy", "delete object", "delete copy", ...notModified],
    reason: "RGW names it on some answers without content; it speaks of what is read",
  },
  {
    protocol: "swift",
    field: "body",
    steps: ["list, text"],
    reason: "every line of the sandbox's ends, as Swift's do; RGW's last one does not",
  },
  {
    protocol: "swift",
    field: "header etag",
    steps: notModified,
    reason: "RFC 9110, 15.4.5 asks for it; RGW leaves it out",
  },
  ...["content-type", "x-timestamp"].map((name) => ({
    protocol: "swift" as const,
    field: `header ${name}`,
    steps: notModified,
    reason: "of content, and an answer without content has none; RGW sends its defaults",
  })),
  ...["endpoints/*/region", "endpoints/*/url", "name"].map((path) => ({
    protocol: "identity" as const,
    field: `body token/catalog/*/${path}`,
    steps: ["scope a token", "look at the token"],
    reason: otherCloud,
  })),
];
