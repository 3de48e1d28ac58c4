import { expect, test } from "vitest";
import { parseEntitlements } from "../../src/oidc/entitlements.ts";

const one = (urn: string): unknown => parseEntitlements([urn])[0];

test("a member of a VO", () => {
  expect(one("urn:mace:egi.eu:group:vo.pangeo.eu:role=member#aai.egi.eu")).toMatchObject({
    vo: "vo.pangeo.eu",
    subgroups: [],
    role: "member",
    authority: "aai.egi.eu",
  });
});

test("a subgroup, with another role", () => {
  expect(one("urn:mace:egi.eu:group:vo.pangeo.eu:escience:role=vm_operator#aai.egi.eu")).toMatchObject({
    vo: "vo.pangeo.eu",
    subgroups: ["escience"],
    role: "vm_operator",
  });
});

test("without role or authority, of another namespace, percent-encoded", () => {
  expect(one("urn:geant:open-science-cloud.ec.europa.eu:group:pp-1234")).toMatchObject({
    vo: "pp-1234",
    subgroups: [],
  });
  expect(one("urn:mace:example.org:group:my%20group#login.example.org")).toMatchObject({ vo: "my group" });
});

test("capabilities, other grammars and other types are passed over; doubles are listed once", () => {
  const urn = "urn:mace:egi.eu:group:vo.pangeo.eu:role=member#aai.egi.eu";
  const values = ["urn:mace:egi.eu:res:rcauth#aai.egi.eu", "staff", 7, undefined, urn, urn];
  expect(parseEntitlements(values).map(({ vo }) => vo)).toEqual(["vo.pangeo.eu"]);
});
