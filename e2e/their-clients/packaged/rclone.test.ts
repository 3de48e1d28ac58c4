import { debianClient } from "../../clients/tools.ts";
import { judge } from "../judge.ts";
import { rcloneByS3, rcloneBySwift } from "../rclone.ts";

const program = (): string => debianClient("rclone");
judge("rclone, S3 (Debian)", rcloneByS3(program));
judge("rclone, Swift (Debian)", rcloneBySwift(program));
