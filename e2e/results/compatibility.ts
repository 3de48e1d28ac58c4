// Writes docs/compatibility.md from what the last runs recorded: `npm run compatibility`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../peers/places.ts";
import { clientsTables } from "./of-clients.ts";
import { answersTables, serversTable } from "./of-servers.ts";
import { readResults } from "./results.ts";

const intro = `# What was run against what, and how it ended

yes: it passed. no: it did not, and why. not run: no run of this step there is recorded, and why. –: no test has this client do it.

<!-- Written by \`npm run compatibility\` from the records of \`npm run test:clients\`, \`test:connected\` and \`test:peers\`. -->
`;

const clients = [...readResults("clients"), ...readResults("connected"), ...readResults("compiled-clients")];
const parts = [
  intro,
  clientsTables(clients),
  serversTable("Our client on each server", readResults("journey")),
  serversTable("Zarr on each server", readResults("zarr")),
  answersTables(readResults("differential")),
];
writeFileSync(join(root, "docs/compatibility.md"), parts.join("\n"));
