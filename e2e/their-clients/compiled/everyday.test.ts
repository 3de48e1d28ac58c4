import { judge } from "../judge.ts";
import { rcloneByS3, rcloneBySwift } from "../rclone.ts";
import { mc } from "./mc.ts";
import { compiled, compiledClient } from "./programs.ts";

judge("mc", mc);

if (compiled.rclone.notRun === undefined) {
  const rclone = (): string => compiledClient("rclone");
  judge("rclone, S3 (newest)", rcloneByS3(rclone));
  judge("rclone, Swift (newest)", rcloneBySwift(rclone));
}
