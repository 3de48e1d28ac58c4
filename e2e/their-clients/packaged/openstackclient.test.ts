import { expect } from "vitest";
import { openstackEnv } from "../../clients/openstack.ts";
import { pythonClient } from "../../clients/tools.ts";
import { applicationCredential } from "../application-credential.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

/** `openstack` with the variables that the how-to exports. */
const openstackOf = async ({ run, plainEnv, cloud }: Stage) => {
  const env = await openstackEnv(cloud, plainEnv);
  return (...words: string[]): Promise<string> => run([pythonClient("openstack"), ...words], env);
};

const json = async <T>(said: Promise<string>): Promise<T> => JSON.parse(await said) as T;
const asJson = ["-f", "json"] as const;

judge("openstackclient", {
  signIn: async (stage) => {
    const openstack = await openstackOf(stage);
    const token = await json<Record<string, string>>(openstack("token", "issue", ...asJson));
    expect(token).toMatchObject({ id: expect.stringMatching(/^\S{32,}$/), project_id: stage.cloud.projectId });
    await openstack("token", "revoke", token["id"] ?? "");
  },

  projects: async (stage) => {
    const openstack = await openstackOf(stage);
    const catalog = await json<{ Type: string }[]>(openstack("catalog", "list", ...asJson));
    expect(catalog.map(({ Type }) => Type)).toEqual(expect.arrayContaining(["identity", "object-store"]));
    expect(await openstack("catalog", "show", "object-store")).toContain(stage.cloud.storageUrl);
  },

  keys: async (stage) => {
    const openstack = await openstackOf(stage);
    const made = await json<{ access: string }>(openstack("ec2", "credentials", "create", ...asJson));
    const list = async (): Promise<string[]> =>
      (await json<{ Access: string }[]>(openstack("ec2", "credentials", "list", ...asJson))).map(
        ({ Access }) => Access,
      );
    expect(await list()).toContain(made.access);
    expect(await openstack("ec2", "credentials", "show", made.access)).toContain(made.access);
    await openstack("ec2", "credentials", "delete", made.access);
    expect(await list()).not.toContain(made.access);
  },

  applicationCredential: async (stage) => {
    const openstack = await openstackOf(stage);
    const noun = ["application", "credential"];
    const { id, env: alone } = await applicationCredential(stage, "batch");
    expect(await stage.run([pythonClient("openstack"), "container", "list"], alone)).toContain("input-data");
    expect(await openstack(...noun, "list")).toContain("batch");
    await openstack(...noun, "delete", id);
    const refused = await stage.refused([pythonClient("openstack"), "token", "issue"], alone);
    expect(refused).toContain("Could not find Application Credential");
  },

  list: async (stage) => {
    const openstack = await openstackOf(stage);
    const containers = await json<{ Name: string }[]>(openstack("container", "list", ...asJson));
    expect(containers.map(({ Name }) => Name)).toEqual(["WG1", "input-data", "test-gey", "test-slv", "tmp"]);
    expect(await openstack("object", "store", "account", "show")).toMatch(/Containers +\| 5 /);
  },

  bucket: async (stage) => {
    const openstack = await openstackOf(stage);
    await openstack("container", "create", "osc-made");
    expect(await openstack("container", "show", "osc-made")).toMatch(/object_count +\| 0 /);
    await openstack("container", "delete", "osc-made");
    expect(await openstack("container", "list")).not.toContain("osc-made");
  },

  object: async (stage) => {
    const openstack = await openstackOf(stage);
    await stage.write("small é.txt", "from openstack\n");
    await openstack("object", "create", "tmp", "small é.txt");
    expect(await json(openstack("object", "list", "tmp", ...asJson))).toEqual([{ Name: "small é.txt" }]);
    expect(await openstack("object", "show", "tmp", "small é.txt")).toMatch(/content-length +\| 15 /);
    await openstack("object", "save", "tmp", "small é.txt", "--file", "back.txt");
    expect(await stage.read("back.txt")).toBe("from openstack\n");
    await openstack("object", "delete", "tmp", "small é.txt");
    expect((await openstack("object", "list", "tmp", "-f", "value")).trim()).toBe("");
  },

  metadata: async (stage) => {
    const openstack = await openstackOf(stage);
    await stage.write("m", "m");
    await openstack("object", "create", "WG1", "m");
    await openstack("object", "set", "--property", "Station=Brest", "WG1", "m");
    expect(await openstack("object", "show", "WG1", "m")).toContain("Station='Brest'");
    await openstack("container", "set", "--property", "Team=ocean", "WG1");
    expect(await openstack("container", "show", "WG1")).toContain("Team='ocean'");
    await openstack("container", "unset", "--property", "Team", "WG1");
    expect(await openstack("container", "show", "WG1")).not.toContain("Team");
  },

  pages: async (stage) => {
    const openstack = await openstackOf(stage);
    for (const name of ["a1", "a2", "b"]) await stage.write(name, "");
    await openstack("object", "create", "test-gey", "a1", "a2", "b");
    const list = (...words: string[]): Promise<string> =>
      openstack("object", "list", "test-gey", "-f", "value", ...words);
    expect(await list("--prefix", "a")).toBe("a1\na2\n");
    expect(await list("--limit", "1", "--marker", "a1")).toBe("a2\n");
    expect(await list("--end-marker", "b")).toBe("a1\na2\n");
    expect(await list("--all")).toBe("a1\na2\nb\n");
  },

  folder: async (stage) => {
    const openstack = await openstackOf(stage);
    for (const name of ["a", "b"]) await stage.write(name, name);
    await openstack("container", "create", "osc-folder");
    await openstack("object", "create", "osc-folder", "a", "b");
    await stage.write("down/.keep", "");
    await stage.run(["/bin/rm", "a", "b"]);
    await openstack("container", "save", "osc-folder");
    expect([await stage.read("a"), await stage.read("b")]).toEqual(["a", "b"]);
    await openstack("container", "delete", "--recursive", "osc-folder");
    expect(await openstack("container", "list")).not.toContain("osc-folder");
  },
});
