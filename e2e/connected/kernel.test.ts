import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonClient } from "../clients/tools.ts";
import { fedbucket } from "../harness/cloud.ts";
import { runCell } from "../harness/kernel.ts";
import { personAtSandbox } from "../harness/person.ts";
import { mustRun } from "../harness/run.ts";

/** Where `!` gives a command a terminal without a keyboard, nothing may ask: it says what to do instead, and ends. */
test.each([
  ["connect sandbox", "--token-file FILE"],
  ["connect", "fedbucket connect sandbox"],
  ["login sandbox", "--token-file FILE"],
  ["doctor sandbox", "you are not signed in"],
  ["credentials --profile sandbox", "fedbucket connect sandbox"],
])("!fedbucket %s in a kernel does not hang", async (words, said) => {
  await using person = await personAtSandbox({ deviceGrant: false });
  const env = {
    PATH: `${join(pythonClient("python"), "..")}:/usr/bin:/bin`,
    HOME: person.home,
    FEDBUCKET_HOME: join(person.home, "fedbucket"),
  };
  const cell = `!${fedbucket.join(" ")} ${words}`;
  const { stdout } = await mustRun([pythonClient("python"), "-c", runCell, cell], { env });
  expect(stdout).toContain(said);
});
