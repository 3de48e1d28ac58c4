import { judge } from "../judge.ts";
import { rcloneByS3, rcloneBySwift } from "../rclone.ts";
import { compiledClient } from "./programs.ts";

const program = (): string => compiledClient("rclone");
judge("rclone, S3 (newest)", rcloneByS3(program));
judge("rclone, Swift (newest)", rcloneBySwift(program));
