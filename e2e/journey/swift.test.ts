import { peerCloud } from "./clouds.ts";
import { s3Contract, swiftContract } from "./contract.ts";
import { journey } from "./journey.ts";

journey("swift", () => peerCloud("swift"), { "a container ACL": "swift" });
s3Contract("swift", () => peerCloud("swift"), { putIfAbsent: false, manyKeys: 150 });
swiftContract("swift", () => peerCloud("swift"), 150);
