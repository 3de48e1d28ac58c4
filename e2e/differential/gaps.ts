import { swiftBesideRgw, swiftBesideSwift } from "./gaps-swift.ts";
import type { Gap } from "./gap.ts";

const otherCloud = "the two clouds have other stores: the sandbox one, the real ones two, each in a region of its own";

export const gaps: readonly Gap[] = [
  { protocol: "s3", field: "body Error/Message", reason: "RGW 16 says nothing; the sandbox says what is wrong" },
  { protocol: "s3", field: "header content-type", steps: ["location"], reason: "RGW forgets to say that this is XML" },
  ...swiftBesideRgw,
  ...swiftBesideSwift,
  ...["endpoints/*/region", "endpoints/*/url", "name"].map((path) => ({
    protocol: "identity" as const,
    field: `body token/catalog/*/${path}`,
    steps: ["scope a token", "look at the token"],
    reason: otherCloud,
  })),
];
