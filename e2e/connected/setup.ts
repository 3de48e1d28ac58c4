// Installs what the connected clients are tested with, beside the Python environment.
import { installPackages } from "../peers/packages.ts";

await installPackages(["oidc-agent-cli", "chromium", "chromium-driver", "fonts-dejavu-core"]);
