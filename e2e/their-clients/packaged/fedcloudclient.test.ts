import { expect } from "vitest";
import { clientsPath } from "../../clients/openstack.ts";
import { pythonClient } from "../../clients/tools.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

/**
 * `fedcloud` with a token in the variable it reads, and the sandbox among its own site configurations. What it looks up in
 * the federation's GOCDB (`fedcloud endpoint`) is no matter of a cloud.
 */
async function of({ cloud, plainEnv, run, write }: Stage) {
  const { authUrl, protocol, projectId } = cloud;
  const vo = ["  - name: vo.pangeo.eu", "    auth:", `      project_id: ${projectId}`];
  const site = ["gocdb: SANDBOX", `endpoint: ${authUrl}`, `protocol: ${protocol}`, "vos:", ...vo];
  await write(".config/fedcloud/site-config/sandbox.yaml", `${site.join("\n")}\n`);
  // It starts `openstack` by its name.
  const env = { ...plainEnv, PATH: clientsPath(), OIDC_ACCESS_TOKEN: await cloud.token() };
  return {
    env,
    fedcloud: (...words: string[]): Promise<string> => run([pythonClient("fedcloud"), ...words], env),
  };
}

const site = ["--site", "SANDBOX"] as const;
const siteAndVo = [...site, "--vo", "vo.pangeo.eu"] as const;

judge("fedcloudclient", {
  signIn: async (stage) => {
    const { fedcloud } = await of(stage);
    expect(await fedcloud("openstack", "token", "issue", ...siteAndVo)).toContain(stage.cloud.projectId);
  },

  membership: async (stage) => {
    const { fedcloud, env } = await of(stage);
    expect(await fedcloud("token", "check")).toMatch(/^Token is valid until .* UTC\nToken expires in \d+ seconds$/m);
    expect(await fedcloud("token", "list-vos")).toMatch(/vo\.pangeo\.eu/);
    expect((await fedcloud("token", "issue")).trim()).toBe(env["OIDC_ACCESS_TOKEN"]);
  },

  projects: async (stage) => {
    const { fedcloud } = await of(stage);
    expect(await fedcloud("site", "list")).toContain("SANDBOX");
    expect(await fedcloud("site", "list", "--vo", "vo.pangeo.eu")).toContain("SANDBOX");
    expect(await fedcloud("site", "show", ...site)).toContain(stage.cloud.authUrl);
    expect(await fedcloud("site", "show-project-id", ...siteAndVo)).toContain(stage.cloud.projectId);
    expect(await fedcloud("openstack", "catalog", "show", "object-store", ...siteAndVo)).toContain(
      stage.cloud.storageUrl,
    );
  },

  keys: async (stage) => {
    const { fedcloud } = await of(stage);
    const said = await fedcloud("openstack", "ec2", "credentials", "list", ...siteAndVo);
    expect(said).toContain(stage.keys.access);
  },

  list: async (stage) => {
    const { fedcloud } = await of(stage);
    const said = await fedcloud("openstack", "container", "list", ...siteAndVo, "--json-output");
    expect(said).toContain("input-data");
  },

  object: async (stage) => {
    const { fedcloud } = await of(stage);
    await stage.write("small", "from fedcloud\n");
    await fedcloud("openstack", ...siteAndVo, "object", "create", "tmp", "small");
    await fedcloud("openstack", ...siteAndVo, "object", "save", "tmp", "small", "--file", "back");
    expect(await stage.read("back")).toBe("from fedcloud\n");
    await fedcloud("openstack", ...siteAndVo, "object", "delete", "tmp", "small");
    expect(await fedcloud("openstack", ...siteAndVo, "object", "list", "tmp")).not.toContain("small");
  },
});
