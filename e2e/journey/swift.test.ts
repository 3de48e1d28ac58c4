import { peerCloud } from "./clouds.ts";
import { journey } from "./journey.ts";

journey("swift", () => peerCloud("swift"));
