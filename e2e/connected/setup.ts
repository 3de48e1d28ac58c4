// Installs what the connected clients are tested with, beside the Python environment.
import { installPackages } from "../peers/packages.ts";

await installPackages(["chromium", "chromium-driver", "fish", "fonts-dejavu-core", "python3-boto3", "zsh"]);
