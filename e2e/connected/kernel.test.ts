import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonClient } from "../clients/tools.ts";
import { fedbucket } from "../harness/cloud.ts";
import { faultSwitch } from "../harness/faults.ts";
import { runCell } from "../harness/kernel.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { mustRun, type Ran } from "../harness/run.ts";

function atKernel(person: PersonAtSandbox, words: string): Promise<Ran> {
  const env = {
    PATH: `${join(pythonClient("python"), "..")}:/usr/bin:/bin`,
    HOME: person.home,
    FEDBUCKET_HOME: join(person.home, "fedbucket"),
  };
  const cell = `!${fedbucket.join(" ")} ${words}`;
  return mustRun([pythonClient("python"), "-c", runCell, cell], { env });
}

/** Where `!` gives a command a terminal without a keyboard, nothing may ask: it says what to do instead, and ends. */
test.each([
  ["connect sandbox", "--token-file FILE"],
  ["connect", "fedbucket connect sandbox"],
  ["login sandbox", "--token-file FILE"],
  ["doctor sandbox", "you are not signed in"],
  ["credentials --profile sandbox", "fedbucket connect sandbox"],
])("!fedbucket %s in a kernel does not hang", async (words, said) => {
  await using person = await personAtSandbox({ deviceGrant: false });
  expect((await atKernel(person, words)).stdout).toContain(said);
});

test("!fedbucket connect in a kernel, where a code is all it takes: the link and the code, and an end to the waiting", async () => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault });
  breaker.break("issuer: the code has expired");
  const { stdout } = await atKernel(person, "connect sandbox");
  expect(stdout).toMatch(/Sign in at: +http\S+user_code=/);
  expect(stdout).toMatch(/Code: +\S+/);
  expect(stdout).toContain("nobody signed in before the code expired");
});
