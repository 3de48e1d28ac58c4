// Builds the clients that have to be compiled, once for each version. One that fails leaves the others alone.
import { compiled } from "./programs.ts";

for (const [name, { version, build, notRun }] of Object.entries(compiled)) {
  try {
    if (notRun === undefined) await build();
    console.log(`${name.padEnd(10)} ${notRun === undefined ? version : `not built: ${notRun}`}`);
  } catch (error) {
    console.error(`${name.padEnd(10)} ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
