import { peerCloud } from "./clouds.ts";
import { contract } from "./contract.ts";
import { journey } from "./journey.ts";

journey("swift", () => peerCloud("swift"), { "a container ACL": "swift" });
contract("swift", () => peerCloud("swift"), { putIfAbsent: false, manyKeys: 150 });
