import { peerCloud } from "./clouds.ts";
import { journey } from "./journey.ts";

journey("rgw", () => peerCloud("rgw"));
