import { peerCloud } from "./clouds.ts";
import { s3Contract, swiftContract } from "./contract.ts";
import { journey } from "./journey.ts";

journey("rgw", () => peerCloud("rgw"), { "a container ACL": "swift", "a bucket policy": "s3", "a canned ACL": "s3" });
s3Contract("rgw", () => peerCloud("rgw"), { putIfAbsent: true, manyKeys: 1100 });
swiftContract("rgw", () => peerCloud("rgw"), 1100);
