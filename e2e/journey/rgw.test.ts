import { peerCloud } from "./clouds.ts";
import { contract } from "./contract.ts";
import { journey } from "./journey.ts";

journey("rgw", () => peerCloud("rgw"), { "a container ACL": "swift", "a bucket policy": "s3", "a canned ACL": "s3" });
contract("rgw", () => peerCloud("rgw"), { putIfAbsent: true, manyKeys: 1100 });
