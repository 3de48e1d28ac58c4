// Installs the clients of Debian's that judge the product.
import { installPackages } from "../peers/packages.ts";

await installPackages(["awscli", "ca-certificates", "gdal-bin", "oidc-agent-cli", "python3-venv", "rclone", "strace"]);
