import { differential } from "./differential.ts";
import { identityRequests } from "./identity.ts";

differential("identity", "rgw", identityRequests);
