import { differential } from "./differential.ts";
import { swiftRequests } from "./swift.ts";

differential("swift", "rgw", swiftRequests);
