import { peerCloud } from "./clouds.ts";
import { contract } from "./contract.ts";
import { journey } from "./journey.ts";

journey("rgw", () => peerCloud("rgw"));
contract("rgw", () => peerCloud("rgw"), { putIfAbsent: true, manyKeys: 1100 });
