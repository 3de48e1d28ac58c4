import { sandboxCloud } from "./clouds.ts";
import { journey } from "./journey.ts";

journey("sandbox", sandboxCloud, { "a container ACL": "swift", "a bucket policy": "s3", "a canned ACL": "s3" });
