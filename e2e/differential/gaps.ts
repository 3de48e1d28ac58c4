import { swiftBesideRgw, swiftBesideSwift } from "./gaps-swift.ts";
import type { Gap } from "./gap.ts";

const otherCloud = "the two clouds have other stores: the sandbox one, the real ones two, each in a region of its own";

export const gaps: readonly Gap[] = [
  { protocol: "s3", field: "body Error/Message", reason: "RGW 16 says nothing; the sandbox says what is wrong" },
  { protocol: "s3", field: "header content-type", steps: ["location"], reason: "RGW forgets to say that this is XML" },
  {
    protocol: "s3",
    field: "header content-type",
    steps: ["put tags"],
    reason: "there is no content; RGW names its type",
  },
  {
    protocol: "s3",
    field: "status",
    steps: ["delete policy"],
    reason: "204 as at Amazon: at RGW's 200, mc says that it failed",
  },
  ...["CommonPrefixes/Prefix", "NextKeyMarker"].map((path) => ({
    protocol: "s3" as const,
    field: `body ListMultipartUploadsResult/${path}`,
    steps: ["list uploads, one group"],
    reason: "RGW 16 passes over groups of uploads without a word; Amazon names them",
  })),
  ...swiftBesideRgw,
  ...swiftBesideSwift,
  ...["endpoints/*/region", "endpoints/*/url", "name"].map((path) => ({
    protocol: "identity" as const,
    field: `body token/catalog/*/${path}`,
    steps: ["scope a token", "look at the token"],
    reason: otherCloud,
  })),
];
