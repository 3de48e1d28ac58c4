import { expect } from "vitest";
import { openstackEnv } from "../../clients/openstack.ts";
import { debianClient, pythonClient } from "../../clients/tools.ts";
import { type Agent, signInAtAgent, startAgent } from "../../harness/oidc-agent.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

/** An agent in which the first person has an account, called "egi". */
async function signedIn({ folder, cloud }: Stage): Promise<Agent> {
  const agent = await startAgent(folder);
  await signInAtAgent(cloud, agent);
  return agent;
}

judge("oidc-agent", {
  signIn: async (stage) => {
    await using agent = await signedIn(stage);
    const token = (await stage.run([debianClient("oidc-token"), "egi"], agent.env)).trim();
    const env = await openstackEnv(stage.cloud, stage.plainEnv, token);
    expect(await stage.run([pythonClient("openstack"), "token", "issue"], env)).toContain(stage.cloud.projectId);
  },

  membership: async (stage) => {
    await using agent = await signedIn(stage);
    const { run } = stage;
    expect(await run([debianClient("oidc-add"), "--loaded"], agent.env)).toContain("egi");
    expect(await run([debianClient("oidc-token"), "--issuer", "egi"], agent.env)).toContain(stage.cloud.issuer);
    const first = await run([debianClient("oidc-token"), "egi"], agent.env);
    const renewed = await run([debianClient("oidc-token"), "--force-new", "egi"], agent.env);
    expect(renewed).not.toBe(first);
    await run([debianClient("oidc-add"), "--remove", "egi"], agent.env);
    await run([debianClient("oidc-add"), "--pw-cmd=echo secret", "egi"], agent.env);
    expect(await run([debianClient("oidc-token"), "egi"], agent.env)).not.toBe("");
    await run([debianClient("oidc-gen"), "--delete", "--pw-cmd=echo secret", "egi"], agent.env);
  },
});
