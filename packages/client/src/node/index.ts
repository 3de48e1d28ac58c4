export { fedbucketPaths, type Paths } from "./paths.ts";
