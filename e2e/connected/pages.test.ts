import { type Sandbox, startSandbox } from "@fedbucket/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Chromium, chromium, keys } from "../harness/webdriver.ts";
import { appear, defects } from "./look.ts";

let sandbox: Sandbox;
let browser: Chromium;
beforeAll(async () => {
  [sandbox, browser] = await Promise.all([startSandbox(), chromium()]);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await sandbox.close();
});

const at = (path: string): string => new URL(path, sandbox.issuer).href;
const signUpPath = "/registry/co_petitions/start/coef:2";
const enrolPath = "/registry/co_petitions/start/coef:386";
const approvalPath = "/registry/co_petitions";

const heading = (): Promise<string> => browser.look("return document.querySelector('h1').textContent");
const text = (): Promise<string> => browser.look("return document.querySelector('main').innerText");
const focus = (): Promise<string> =>
  browser.look("return document.activeElement.id || document.activeElement.innerText");

/** Waits for the page that a key press or a click leads to: a form that is sent goes on in its own time. */
async function arrive(title: string): Promise<void> {
  await expect.poll(heading).toBe(title);
  await expect.poll(() => browser.look("return document.readyState")).toBe("complete");
}

async function leave(): Promise<void> {
  await browser.open(at("/auth/realms/egi/protocol/openid-connect/logout"));
  if ((await heading()) !== "Sign out?") return;
  await browser.click("button[name=logout]");
  await arrive("Signed out");
}

async function signIn(username: string, page: string): Promise<void> {
  await leave();
  await browser.open(`${sandbox.issuer}/login?next=${encodeURIComponent(page)}`);
  await browser.type(`${username}${keys.tab}${sandbox.passphrase}`);
  await browser.click("main button");
  await expect.poll(() => browser.url()).not.toContain("/login"); // what is typed too early goes nowhere
  await expect.poll(() => browser.look("return document.readyState")).toBe("complete");
}

async function deviceLink(): Promise<string> {
  const body = new URLSearchParams({ client_id: "oidc-agent", scope: "openid profile email offline_access" });
  const answer = await fetch(`${sandbox.issuer}/protocol/openid-connect/auth/device`, { method: "POST", body });
  return ((await answer.json()) as { verification_uri_complete: string }).verification_uri_complete;
}

test("from no account to a member, with the keyboard alone", async () => {
  await browser.open(at(signUpPath));
  expect(await focus()).toBe("username");
  const fields = ["zoe", "Zoé O'Neil", "zoe@example.org", sandbox.passphrase];
  await browser.type(fields.join(keys.tab) + keys.enter);
  await arrive("Join vo.pangeo.eu");
  expect(await focus()).toBe("statement");
  await browser.type(`To execute Jupyter notebooks${keys.tab}${keys.space}${keys.tab}${keys.enter}`);
  await arrive("Your request waits for a manager");

  await leave();
  await browser.open(at(approvalPath));
  await browser.type(["carla", sandbox.passphrase].join(keys.tab) + keys.enter);
  await arrive("Requests to join vo.pangeo.eu");
  expect(await text()).toContain("To execute Jupyter notebooks");
  while ((await focus()) !== "Approve") await browser.type(keys.tab);
  await browser.type(keys.enter);
  await expect.poll(text).toContain("Approved.");
  expect(sandbox.people.find(({ name }) => name === "zoe")?.entitlements).toHaveLength(1);
});

test("what is wrong with a form stands beside each field, and the first one has the focus", async () => {
  await leave();
  await browser.open(at(signUpPath));
  await browser.type(["zoe2", "", "nowhere", "guess"].join(keys.tab) + keys.enter);
  await expect.poll(() => browser.look("return document.title")).toMatch(/^Error: Sign up/);
  expect(await focus()).toBe("name");
  const said = await browser.look<string[]>(`
    return [...document.querySelectorAll("[aria-invalid]")].map((field) =>
      field.id + ": " + document.getElementById(field.getAttribute("aria-describedby").split(" ").at(-1)).innerText)`);
  expect(said.map((line) => line.replace(/\s+/g, " "))).toEqual([
    "name: Error: Please give your name (at most 100 characters).",
    "email: Error: This is no e-mail address.",
    "passphrase: Error: This is not the sandbox's passphrase.",
  ]);
  expect(await browser.look("return document.querySelector('#username').value")).toBe("zoe2");
  expect(await browser.look("return document.querySelector('[role=alert]').innerText")).toContain("3 things");
});

test("after a wrong passphrase the name stays and the passphrase is typed next", async () => {
  await leave();
  await browser.open(`${sandbox.issuer}/login`);
  await browser.type(["alice", "guess"].join(keys.tab) + keys.enter);
  await expect.poll(text).toContain("do not fit");
  expect(await focus()).toBe("passphrase");
  await browser.type(sandbox.passphrase + keys.enter);
  await arrive("A federated cloud, on this machine");
});

test("a device: its code typed in lower case without the dash, who asks and for what, then let in", async () => {
  const link = await deviceLink();
  const code = new URL(link).searchParams.get("user_code") ?? "";
  await signIn("alice", "/auth/realms/egi/device");
  await browser.type(code.toLowerCase().replace("-", "") + keys.enter);
  await arrive("Let oidc-agent in?");
  expect(await text()).toContain("stay signed in for a year");
  expect(await text()).toContain(code);
  await browser.type(keys.enter);
  await arrive("Done");
  await browser.open(link);
  expect(await text()).toContain("unknown, used or expired");
});

test("the token portal's button copies the whole token", async () => {
  await signIn("alice", "/token/");
  await browser.devtools("Browser.grantPermissions", {
    permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"],
  });
  await browser.click("[data-copy=access-token]");
  await expect.poll(text).toContain("Copied");
  const same =
    "return navigator.clipboard.readText().then((text) => text === document.querySelector('#access-token').value)";
  expect(await browser.look(same)).toBe(true);
});

test("the focus goes over a page in the order in which it is read, and is always seen", async () => {
  await appear(browser, 1100, "light");
  await signIn("elena", enrolPath);
  const seen: { id: string; ring: string }[] = [];
  const stop = (): Promise<{ id: string; ring: string }> =>
    browser.look(`
      const { activeElement: at, body } = document;
      return { id: at === body ? "" : at.id || at.innerText.trim(), ring: getComputedStyle(at).outlineStyle }`);
  // Past the end of the page, then over it once.
  while ((await stop()).id !== "") await browser.type(keys.tab);
  for (;;) {
    await browser.type(keys.tab);
    const { id, ring } = await stop();
    if (id === "") break;
    seen.push({ id, ring });
  }
  expect(seen.map(({ id }) => id)).toEqual([
    "Skip to content",
    "Check-in",
    "Sign out",
    "statement",
    "policy",
    "Submit",
    "Sign in as somebody else",
  ]);
  expect(seen.map(({ ring }) => ring)).not.toContain("none");
});

const pages: readonly (readonly [name: string, who: string | undefined, open: () => Promise<void>])[] = [
  ["home", undefined, () => browser.open(at("/"))],
  ["sign in", undefined, () => browser.open(`${sandbox.issuer}/login`)],
  ["sign up", undefined, () => browser.open(at(signUpPath))],
  ["sign up, all wrong", undefined, () => browser.open(at(signUpPath)).then(() => browser.click("main button"))],
  ["enrol", "elena", () => browser.open(at(enrolPath))],
  ["enrol, all wrong", "elena", () => browser.open(at(enrolPath)).then(() => browser.click("main button"))],
  ["a member already", "alice", () => browser.open(at(enrolPath))],
  ["requests, nobody waits", "carla", () => browser.open(at(approvalPath))],
  ["requests, not a manager", "alice", () => browser.open(at(approvalPath))],
  ["token portal", "alice", () => browser.open(at("/token/"))],
  ["device code", "alice", () => browser.open(`${sandbox.issuer}/device`)],
  ["device code, unknown", "alice", () => browser.open(`${sandbox.issuer}/device?user_code=NOPE`)],
  ["device, let in?", "alice", async () => browser.open(await deviceLink())],
  ["sign out", "alice", () => browser.open(at("/auth/realms/egi/protocol/openid-connect/logout"))],
  ["a program's mistake", "alice", () => browser.open(at("/auth/realms/egi/protocol/openid-connect/auth?client_id=x"))],
];

test.each(pages)(
  "%s: readable on a phone, in both colour schemes, and to a screen reader",
  async (_name, who, open) => {
    if (who === undefined) await leave();
    else await signIn(who, "/");
    await browser.complaints();
    await open();
    expect(await defects(browser)).toEqual([]);
  },
);

test("a request that waits: readable for the manager and for who asked", async () => {
  await signIn("dmitri", enrolPath);
  await browser.type(`${"A long word: ".padEnd(200, "x")}${keys.tab}${keys.space}`);
  await browser.click("main button");
  await arrive("Your request waits for a manager");
  expect(await defects(browser)).toEqual([]);
  await signIn("carla", approvalPath);
  expect(await text()).toContain("A long word");
  expect(await defects(browser)).toEqual([]);
});
