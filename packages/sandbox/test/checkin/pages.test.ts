import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { Browser } from "./browser.ts";
import { readJwt, refresh, userinfo } from "./flows.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const at = (path: string): string => new URL(path, sandbox.issuer).href;
const signUpPath = "/registry/co_petitions/start/coef:2";
const enrolPath = "/registry/co_petitions/start/coef:386";
const approvalPath = "/registry/co_petitions";

test("from no account to a member: sign up, enrol, a manager approves", async () => {
  const zoe = new Browser();
  await zoe.visit(at(signUpPath));
  const details = { username: "zoe", name: "Zoé O'Neil <z>", email: "zoe@example.org", passphrase: sandbox.passphrase };
  const enrol = await zoe.submit(details);
  expect(zoe.url).toBe(at(enrolPath));
  expect(await enrol.text()).toContain("Zoé O&#39;Neil &lt;z&gt;");
  const statement = "To execute Jupyter notebooks during eScience Course as student";
  const pending = await zoe.submit({ statement, policy: "agreed" });
  expect(await pending.text()).toContain("waits for a manager");
  expect(await (await zoe.visit(at(enrolPath))).text()).toContain("waits for a manager");
  expect(sandbox.people.at(-1)).toMatchObject({ name: "zoe", entitlements: [] });

  const carla = new Browser();
  await carla.signIn(sandbox, "carla");
  const list = await (await carla.visit(at(approvalPath))).text();
  expect(list).toContain(statement);
  const id = /name="id" value="([^"]+)"/.exec(list)?.[1] ?? "";
  expect(await (await carla.submit({ id, decision: "approved" })).text()).toContain("Nobody waits.");
  expect(await (await zoe.visit(at(enrolPath))).text()).toContain("You are a member of vo.pangeo.eu");
  const claims = (await (await userinfo(sandbox, await sandbox.token("zoe"))).json()) as Record<string, unknown>;
  expect(claims["entitlements"]).toEqual(["urn:mace:egi.eu:group:vo.pangeo.eu:role=member#aai.egi.eu"]);
});

test("a declined request leaves no membership, and another may be made", async () => {
  const elena = new Browser();
  await elena.signIn(sandbox, "elena");
  await elena.visit(at(enrolPath));
  await elena.submit({ statement: "please", policy: "agreed" });
  const carla = new Browser();
  await carla.signIn(sandbox, "carla");
  const id = /name="id" value="([^"]+)"/.exec(await (await carla.visit(at(approvalPath))).text())?.[1] ?? "";
  await carla.submit({ id, decision: "declined" });
  expect(await (await elena.visit(at(enrolPath))).text()).toContain("Statement of purpose");
});

test("who is no manager may neither see nor decide requests", async () => {
  const alice = new Browser();
  await alice.signIn(sandbox, "alice");
  expect((await alice.visit(at(approvalPath))).status).toBe(403);
  expect((await alice.submit({ id: "x", decision: "approved" })).status).toBe(403);
});

test.each([
  [{ username: "Zoe" }, "A user name has 2 to 32 characters"],
  [{ username: "alice" }, "The user name alice is taken."],
  [{ username: "new1", name: "" }, "Please give your name"],
  [{ username: "new1", email: "nowhere" }, "This is no e-mail address."],
  [{ username: "new1", passphrase: "guess" }, "This is not the sandbox&#39;s passphrase."],
])("sign-up with %o is refused in words", async (wrong, message) => {
  const right = { username: "new1", name: "New", email: "new@example.org", passphrase: sandbox.passphrase };
  const browser = new Browser();
  await browser.visit(at(signUpPath));
  const response = await browser.submit({ ...right, ...wrong });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(message);
});

test("a wrong passphrase and an unknown name are refused alike", async () => {
  const browser = new Browser();
  await browser.visit(`${sandbox.issuer}/login`);
  for (const form of [
    { username: "alice", passphrase: "wrong" },
    { username: "nobody", passphrase: sandbox.passphrase },
  ]) {
    const response = await browser.submit(form);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("do not fit");
  }
});

test("after signing in people are back where they wanted to go", async () => {
  const browser = new Browser();
  await browser.visit(at("/token/"));
  expect(browser.url).toContain("/login?next=%2Ftoken%2F");
  await browser.submit({ username: "alice", passphrase: sandbox.passphrase });
  expect(browser.url).toBe(at("/token/"));
});

test.each(["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])(
  "a login link to %s goes nowhere else",
  async (next) => {
    const browser = new Browser();
    await browser.visit(`${sandbox.issuer}/login?next=${encodeURIComponent(next)}`);
    await browser.submit({ username: "alice", passphrase: sandbox.passphrase });
    expect(browser.url).toBe(at("/"));
  },
);

test("the token portal shows an access token and a refresh token with its client id", async () => {
  const browser = new Browser();
  await browser.signIn(sandbox, "alice");
  const page = await (await browser.visit(at("/token/"))).text();
  const field = (id: string): string => new RegExp(`id="${id}"[^>]*>([^<]+)`).exec(page)?.[1] ?? "";
  expect(readJwt(field("access-token"))["azp"]).toBe("token-portal");
  expect((await userinfo(sandbox, field("access-token"))).status).toBe(200);
  expect(await refresh(sandbox, field("refresh-token"), field("client-id"))).toMatchObject({ status: 200 });
});

test("a form sent from another site does nothing", async () => {
  const browser = new Browser();
  await browser.signIn(sandbox, "elena");
  const response = await browser.open(at(enrolPath), {
    method: "POST",
    body: new URLSearchParams({ statement: "x", policy: "agreed" }),
    headers: { Origin: "https://evil.example" },
  });
  expect(response.status).toBe(403);
  expect(await (await browser.visit(at(enrolPath))).text()).toContain("Statement of purpose");
});

test("the root is a page for browsers and Keystone's versions for programs", async () => {
  const page = await fetch(at("/"), { headers: { Accept: "text/html" } });
  expect(await page.text()).toContain("bruno");
  expect((await fetch(at("/"), { headers: { Accept: "*/*" } })).status).toBe(300);
});

test("pages are never cached, framed or scripted", async () => {
  const { headers } = await fetch(`${sandbox.issuer}/login`);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
});
