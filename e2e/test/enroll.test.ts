import { expect, test } from "vitest";
import { signIn } from "../demo/browser.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";

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

/** What a manager does at the approval page, by plain requests. */
async function approveAll(person: PersonAtSandbox): Promise<void> {
  const { issuer, passphrase } = person.sandbox;
  const page = new URL("/registry/co_petitions", issuer).href;
  const signedIn = await fetch(`${issuer}/login`, {
    method: "POST",
    body: new URLSearchParams({ username: "carla", passphrase }),
    redirect: "manual",
  });
  const headers = { cookie: signedIn.headers.getSetCookie().join("; ") };
  const list = await (await fetch(page, { headers })).text();
  for (const [, id = ""] of list.matchAll(/name="id" value="([^"]+)"/g))
    await fetch(page, { method: "POST", headers, body: new URLSearchParams({ id, decision: "approved" }) });
}

function approveOnceItWaits(person: PersonAtSandbox): (text: string) => void {
  const approvals: Promise<void>[] = [];
  return (text) => {
    if (approvals.length === 0 && text.includes("Waiting:")) approvals.push(approveAll(person));
  };
}

/** What a newcomer does at the enrolment page. */
async function askToBeLetIn(person: PersonAtSandbox, username: string): Promise<void> {
  const { issuer, passphrase } = person.sandbox;
  const login = { method: "POST", body: new URLSearchParams({ username, passphrase }), redirect: "manual" } as const;
  const headers = { cookie: (await fetch(`${issuer}/login`, login)).headers.getSetCookie().join("; ") };
  const body = new URLSearchParams({ statement: "to learn", policy: "agreed" });
  await fetch(new URL("/registry/co_petitions/start/coef:386", issuer), { method: "POST", headers, body });
}

test("enroll --wait: looks until a manager approves, then connects", async () => {
  await using person = await personAtSandbox();
  await askToBeLetIn(person, "elena");
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token("elena") };
  const { code, stdout, stderr } = await person.run(
    "enroll vo.pangeo.eu --wait --every 1s --profile sandbox --no-browser --json",
    { env, onStderr: approveOnceItWaits(person) },
  );
  expect(stderr).toContain("is not a member of any virtual organisation");
  expect(stderr).toContain("you are a member of vo.pangeo.eu");
  expect(JSON.parse(stdout)).toMatchObject({ profile: "sandbox", vo: "vo.pangeo.eu", containers: 5 });
  expect(code).toBe(0);
});

test("enroll --wait renews the login for each look, since an older token may not know", async () => {
  await using person = await personAtSandbox();
  await askToBeLetIn(person, "elena");
  const { passphrase } = person.sandbox;
  const pages: Promise<string>[] = [];
  const follow = (text: string): void => {
    const link = /Sign in at: +(\S+)/.exec(text)?.[1];
    if (link !== undefined) pages.push(signIn(link, { username: "elena", passphrase }));
  };
  expect((await person.run("login sandbox --no-browser", { onStderr: follow })).code).toBe(0);
  person.forgetRequests();
  const { code } = await person.run("enroll vo.pangeo.eu --wait --every 1s --profile sandbox --no-browser", {
    onStderr: approveOnceItWaits(person),
  });
  expect(code).toBe(0);
  const looks = person.requests.filter((line) => line.endsWith("/userinfo")).length;
  expect(looks).toBeGreaterThanOrEqual(2);
  expect(person.requests.filter((line) => line.endsWith("openid-connect/token")).length).toBeGreaterThanOrEqual(looks);
});

test("enroll --wait: gives up when its time is over, and says how to go on", async () => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token("elena") };
  const { code, stderr } = await person.run(
    "enroll vo.pangeo.eu --wait --every 1s --at-most 1s --profile sandbox --no-browser",
    { env },
  );
  expect(stderr).toContain("nobody has let you into vo.pangeo.eu so far");
  expect(stderr).toContain("fedbucket enroll vo.pangeo.eu --wait --profile sandbox");
  expect(code).toBe(75);
});

test("enroll --wait: a member goes on at once", async () => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token("alice") };
  const { code, stderr } = await person.run("enroll vo.pangeo.eu --wait --profile sandbox --no-browser", { env });
  expect(stderr).not.toContain("Waiting");
  expect(stderr).toContain("Connected:");
  expect(code).toBe(0);
});
