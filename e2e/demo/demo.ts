// The main job as a story: npm run demo [-- --keep]. It lives in a folder of its own and touches no other.
import { parseArgs } from "node:util";
import { freePorts, type CloudAddresses } from "../harness/cloud.ts";
import { makeHome } from "../harness/home.ts";
import { screen, seconds } from "./screen.ts";
import { play } from "./stage.ts";
import { breakLink, connect, foldHowto, list, revokeAndHeal, whatNext, writeAndReadBack } from "./story.ts";

const { keep } = parseArgs({ options: { keep: { type: "boolean", default: false } } }).values;
const began = performance.now();
/** RGW trusts a key for 300 s after its deletion; the story has no time for that. */
const heedful = ["--secret-cache-seconds", "0"];
const home = await makeHome();
let up = false;
// Ctrl-C reaches the running command too; it ends, the story fails there, and the cleaning up below still happens.
process.on("SIGINT", () => undefined);
try {
  screen.title("fedbucket: from an institutional login to a working bucket");
  foldHowto();
  screen.chapter(2, "One command, on a cloud of its own");
  const port = await freePorts();
  const started = await play(home, ["sandbox", "up", "--detach", "--json", "--port", String(port), ...heedful], {
    quiet: true,
  });
  up = true;
  const scene = { home, cloud: JSON.parse(started.stdout) as CloudAddresses };
  await connect(scene, started.ms);
  await list(scene);
  await writeAndReadBack(scene);
  await revokeAndHeal(scene);
  await breakLink(scene);
  whatNext(scene, keep);
  screen.title(`That took ${seconds(performance.now() - began)}.\n`);
} catch (error) {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
const leave = keep && process.exitCode === undefined;
if (up && !leave) await play(home, ["sandbox", "down"], { quiet: true });
if (!leave) await home[Symbol.asyncDispose]();
