// Builds the clients that have to be compiled, once for each version.
import { compiled } from "./programs.ts";

for (const [name, { version, build, notRun }] of Object.entries(compiled)) {
  if (notRun !== undefined) continue;
  await build();
  console.log(`${name.padEnd(10)} ${version}`);
}
