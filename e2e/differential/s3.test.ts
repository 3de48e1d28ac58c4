import { differential } from "./differential.ts";
import { s3Requests } from "./s3.ts";

differential("s3", "rgw", s3Requests);
