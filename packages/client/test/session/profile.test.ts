import { expect, test } from "vitest";
import { builtinProfiles, keystoneOf, makeProfile, type ProfileSettings } from "../../src/session/profile.ts";

const made = (settings: ProfileSettings): ReturnType<typeof makeProfile> => makeProfile("mine", settings);

test("every built-in profile but the sandbox's knows its Keystone or its STS", () => {
  const where = Object.entries(builtinProfiles)
    .filter(([, { site }]) => site !== "sandbox")
    .map(([name, settings]) => makeProfile(name, settings))
    .map(({ name, keystone, sts }) => [name, keystone?.url ?? sts?.url]);
  const cesnet = "https://identity.brno.openstack.cloud.e-infra.cz/v3";
  expect(Object.fromEntries(where)).toEqual({
    pangeo: cesnet,
    "pangeo-swift": cesnet,
    "pangeo-escience": cesnet,
    "pangeo-minio": "https://pangeo-eosc-minioapi.vm.fedcloud.eu",
  });
});

test("a store that lends keys itself has no Keystone, and that is said", () => {
  const profile = made({ sts: "https://minio.example.org/", roleArn: "arn:minio:iam:::role/r" });
  expect(profile.sts).toEqual({
    url: "https://minio.example.org",
    region: "us-east-1",
    roleArn: "arn:minio:iam:::role/r",
  });
  expect(profile.site).toBe("minio.example.org");
  expect(() => keystoneOf(profile)).toThrow(expect.objectContaining({ code: "NO_KEYSTONE" }));
});

test.each([
  "minio.example.org",
  "ftp://minio.example.org",
  "https://me:secret@minio.example.org",
  "https://minio.example.org/?x=1",
])("%s is no address of a store", (sts) => {
  expect(() => made({ sts })).toThrow(expect.objectContaining({ code: "STS_BAD_ADDRESS" }));
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
  expect(keystoneOf(made({ site })).url).toBe(url);
});

test("names that cannot be a file and a section are refused", () => {
  for (const name of ["default", "../x", "", "a b", "x".repeat(65)]) {
    expect(() => makeProfile(name, { vo: "vo.pangeo.eu" })).toThrow(/cannot be the name of a profile/);
  }
});

test("where several sites fit, each is a command to type, for the connection that was asked for", () => {
  const cure = ["CLOUDIFIN", "CSTCLOUD-EGI", "IFCA-LCG2", "TR-FC1-ULAKBIM"].map(
    (site) => `fedbucket connect mine --site ${site} --vo enmr.eu`,
  );
  expect(() => made({ vo: "enmr.eu" })).toThrow(expect.objectContaining({ code: "SITE_NOT_CHOSEN", cure }));
});

test("two Keystones of one name are told apart by their addresses, or by the VO", () => {
  const site = "fedcloud.srce.hr";
  expect(() => made({ site })).toThrow(expect.objectContaining({ code: "SITE_NOT_CHOSEN" }));
  expect(made({ site, vo: "vo.epos-eric.eu" }).keystone?.url).toBe("https://cloud.cro-ngi.hr:5000/v3");
});
