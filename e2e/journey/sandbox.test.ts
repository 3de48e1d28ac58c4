import { sandboxCloud } from "./clouds.ts";
import { journey } from "./journey.ts";

journey("sandbox", sandboxCloud);
