import { expect, test } from "vitest";
import type { Chain } from "../../src/session/chain.ts";
import { makeProfile } from "../../src/session/profile.ts";
import { chooseProject } from "../../src/session/project.ts";

const mine = [
  { id: "1".repeat(32), name: "vo.pangeo.eu", enabled: true },
  { id: "2".repeat(32), name: "vo.pangeo.eu-swift", enabled: true },
];

function chain(settings: { project?: string } = {}, asking: Chain["asking"] = {}): Chain {
  const profile = makeProfile("mine", { site: "https://keystone.example/v3", ...settings });
  return { profile, asking, state: { issuer: "", keystoneUrl: "", madeKeys: [] } } as unknown as Chain;
}

test("the only one is taken, several are named as commands", async () => {
  expect(await chooseProject(chain(), async () => mine.slice(0, 1))).toMatchObject({ name: "vo.pangeo.eu" });
  await expect(chooseProject(chain(), async () => mine)).rejects.toMatchObject({
    code: "PROJECT_AMBIGUOUS",
    cure: [
      expect.stringContaining("fedbucket connect mine --project vo.pangeo.eu "),
      expect.stringContaining("fedbucket connect mine --project vo.pangeo.eu-swift "),
    ],
  });
});

test("a person who is there chooses", async () => {
  const asking = { chooseProject: async (projects: typeof mine) => projects[1] ?? Promise.reject(new Error("none")) };
  const asked = chain({}, asking as Chain["asking"]);
  expect(await chooseProject(asked, async () => mine)).toMatchObject({ name: "vo.pangeo.eu-swift" });
});

test("an id needs no list, a name does", async () => {
  const none = (): Promise<never> => Promise.reject(new Error("asked"));
  const id = "2".repeat(32);
  expect(await chooseProject(chain({ project: id }), none)).toMatchObject({ id });
  expect(await chooseProject(chain({ project: "vo.pangeo.eu-swift" }), async () => mine)).toMatchObject({ id });
});
