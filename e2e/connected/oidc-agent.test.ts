import { join } from "node:path";
import { expect, test } from "vitest";
import { signInAtAgent, startAgent } from "../harness/oidc-agent.ts";
import { personAtSandbox } from "../harness/person.ts";

test("a token of Debian's oidc-agent connects, and doctor says whose it is", async () => {
  await using person = await personAtSandbox({ deviceGrant: true });
  await using agent = await startAgent(person.home);
  await signInAtAgent(person.sandbox, agent);
  const env = { OIDC_SOCK: agent.env["OIDC_SOCK"] ?? "" };
  const { code, stderr } = await person.run("connect sandbox", { env });
  expect(stderr).toContain("(oidc-agent)");
  expect(code).toBe(0);
  expect((await person.run("doctor sandbox", { env })).stderr).toContain("Alice Martin (oidc-agent)");
  expect((await person.run("status", { env })).stdout).toContain("oidc-agent is used");
  expect(await person.read(join("fedbucket/state/profiles/sandbox.json"))).not.toContain("refreshToken");
});

test("an agent without an account of this issuer is passed over, with its words", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  await using agent = await startAgent(person.home);
  const { code, stderr } = await person.run("connect sandbox", { env: { OIDC_SOCK: agent.env["OIDC_SOCK"] ?? "" } });
  expect(code).toBe(4);
  expect(stderr).toContain("does not offer signing in with a code");
});
