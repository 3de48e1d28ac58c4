import { describe } from "vitest";
import { keystone } from "../peers/keystone.ts";
import { swift } from "../peers/swift.ts";
import { peerCloud } from "./clouds.ts";
import { s3Contract, swiftContract } from "./contract.ts";
import { deletedKeys } from "./deleted-keys.ts";
import { journey } from "./journey.ts";
import { keystoneTroubles } from "./keystone-troubles.ts";
import { segments } from "./segments.ts";
import { restarts } from "./restarts.ts";

journey(
  "swift",
  () => peerCloud("swift"),
  { "a container ACL": "swift" },
  (cloud, on) => {
    describe("swift: restarts", () => {
      restarts({ peer: swift, service: "swift-proxy" }, cloud, on);
    });
    describe("swift: restarts of its Keystone", () => {
      restarts({ peer: keystone, service: "keystone" }, cloud, on);
    });
    describe("swift: troubles of Keystone", () => {
      keystoneTroubles(keystone, cloud);
    });
    describe("swift: large objects", () => {
      segments(on);
    });
    describe("swift: keys that were deleted", () => {
      deletedKeys("refused", cloud, on);
    });
  },
);
s3Contract("swift", () => peerCloud("swift"), { putIfAbsent: false, manyKeys: 150 });
swiftContract("swift", () => peerCloud("swift"), 150);
