import { expect, test } from "vitest";
import { personAtSandbox } from "../harness/person.ts";

test("enroll: the page, opened and printed, the statement to paste, and what happens next", async () => {
  await using person = await personAtSandbox();
  const { code, stdout, stderr } = await person.run("enroll vo.pangeo.egi.eu --profile pangeo");
  expect(stdout).toBe("https://aai.egi.eu/registry/co_petitions/start/coef:386\n");
  expect(person.opened).toEqual(["https://aai.egi.eu/registry/co_petitions/start/coef:386"]);
  expect(stderr).toContain("is called vo.pangeo.eu");
  expect(stderr).toContain("To execute Jupyter notebooks during eScience Course as student (or mentor)");
  expect(stderr).toContain("by hand, which may take days");
  expect(code).toBe(0);
});

test("enroll, at the sandbox: a page that is there", async () => {
  await using person = await personAtSandbox();
  const { stdout } = await person.run("enroll vo.pangeo.eu --profile sandbox --no-browser");
  expect(person.opened).toEqual([]);
  expect((await fetch(stdout.trim())).status).toBe(200);
});

test("enroll, a VO nobody knows: the account page of Check-in", async () => {
  await using person = await personAtSandbox();
  const { stdout } = await person.run("enroll vo.example.eu --profile pangeo --no-browser");
  expect(stdout).toContain("/auth/realms/id/account/#/enroll?groupPath=/vo.example.eu");
});
