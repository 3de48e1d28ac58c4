import { expect, test } from "vitest";
import { builtinProfiles, makeProfile, type ProfileSettings } from "../../src/session/profile.ts";

const made = (settings: ProfileSettings): ReturnType<typeof makeProfile> => makeProfile("mine", settings);

test("every built-in profile but the sandbox's knows its Keystone", () => {
  for (const [name, settings] of Object.entries(builtinProfiles)) {
    if (name === "sandbox") continue;
    expect(makeProfile(name, settings).keystone.url).toBe("https://identity.brno.openstack.cloud.e-infra.cz/v3");
  }
});

test("a project of the registry goes by its id", () => {
  expect(made({ vo: "vo.pangeo.eu", project: "vo.pangeo.eu-swift" }).project).toBe("dbec8bc99a474772a703a0513af98c91");
  expect(made({ vo: "vo.pangeo.eu-escience" }).project).toBe("25f5aa2c69e140e1be947381b9c119bc");
  expect(made({ vo: "vo.pangeo.eu" }).project).toBeUndefined();
});

test.each([
  ["identity.cloud.muni.cz"],
  ["https://identity.cloud.muni.cz/v3"],
  ["https://object-store.cloud.muni.cz/swift/v1"],
  ["CESNET-MCC"],
])("the closed site %s is today's, and that is said", (site) => {
  const profile = made({ site });
  expect(profile.site).toBe("CESNET-MCCG2");
  expect(profile.notes.join()).toContain("moved to CESNET-MCCG2");
});

test("the how-to's project id is mapped at its site's successor only", () => {
  const project = "57102d3e06b7476088fe4924370ae170";
  expect(made({ site: "CESNET-MCCG2", project }).project).toBe("018313f0144a4b1697669b4b7d5c8368");
  expect(made({ site: "https://keystone.example/v3", project }).project).toBe(project);
});

test.each([
  ["keystone.example:5000", "https://keystone.example:5000/v3"],
  ["https://keystone.example/identity/v3/", "https://keystone.example/identity/v3"],
  ["https://keystone.example", "https://keystone.example/v3"],
])("a site by its address: %s", (site, url) => {
  expect(made({ site }).keystone.url).toBe(url);
});

test("names that cannot be a file and a section are refused", () => {
  for (const name of ["default", "../x", "", "a b", "x".repeat(65)]) {
    expect(() => makeProfile(name, { vo: "vo.pangeo.eu" })).toThrow(/cannot be the name of a profile/);
  }
});
