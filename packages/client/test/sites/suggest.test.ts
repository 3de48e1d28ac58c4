import { expect, test } from "vitest";
import { enrolmentPage } from "../../src/sites/enrolment.ts";
import { nearest } from "../../src/sites/suggest.ts";

test("a slip of the finger is understood, another word is not", () => {
  expect(nearest("sandox", ["sandbox", "pangeo"])).toBe("sandbox");
  expect(nearest("VO.PANGO.EU", ["vo.pangeo.eu"])).toBe("vo.pangeo.eu");
  expect(nearest("jupyter", ["sandbox", "pangeo"])).toBeUndefined();
});

test("the beginning of a name is understood, two letters are not", () => {
  expect(nearest("cesnet", ["CESGA-CLOUD", "CESNET-MCCG2"])).toBe("CESNET-MCCG2");
  expect(nearest("ce", ["CESGA-CLOUD", "CESNET-MCCG2"])).toBeUndefined();
});

test("enrolment: the form of the VO, also for its projects; the account page for others", () => {
  const issuer = "https://aai.egi.eu/auth/realms/egi";
  const form = "https://aai.egi.eu/registry/co_petitions/start/coef:386";
  expect(enrolmentPage(issuer, "vo.pangeo.eu").url).toBe(form);
  expect(enrolmentPage(issuer, "vo.pangeo.eu-swift").url).toBe(form);
  expect(enrolmentPage(issuer, "vo.example.eu").url).toBe(
    "https://aai.egi.eu/auth/realms/id/account/#/enroll?groupPath=/vo.example.eu",
  );
});
