import { expect, test } from "vitest";
import { personAtSandbox } from "../harness/person.ts";
import { connectByDevice } from "../harness/sign-in.ts";

test.each([
  ["PROFILE_UNKNOWN", "doctor nobody"],
  ["PROFILE_BAD_NAME", "connect default --site sandbox"],
  ["PROFILE_NOT_CHOSEN", "status"],
  ["NOT_CONNECTED", "disconnect sandbox"],
  ["SITE_UNKNOWN", "connect mine --site nowhere"],
  ["VO_UNKNOWN", "connect mine --vo vo.nobody.example.org"],
  ["PROJECT_FILE_NOT_FOUND", "connect ./none.toml"],
  ["PROJECT_FILE_UNSAFE", "connect http://example.org/fedbucket.toml"],
])("before anything is connected: %s", async (code, words) => {
  await using person = await personAtSandbox();
  const { stderr } = await person.run(`${words} --json`);
  expect(stderr).toContain(`"code":"${code}"`);
});

test.each([
  ["KEYS_BAD_NAME", "keys delete !!"],
  ["KEYS_NOT_FOUND", `keys delete ${"0".repeat(32)}`],
])("at a connected site: %s", async (code, words) => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const { stderr } = await person.run(`${words} --profile sandbox --json`);
  expect(stderr).toContain(`"code":"${code}"`);
});
