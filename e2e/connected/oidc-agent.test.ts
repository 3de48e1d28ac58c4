import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { debianClient } from "../clients/tools.ts";
import { signIn } from "../demo/browser.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { mustRun } from "../harness/run.ts";

const path = "/usr/bin:/bin";

interface Agent extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Debian's oidc-agent, with nobody signed in yet. */
async function startAgent(home: string): Promise<Agent> {
  const env = { PATH: path, HOME: home, TMPDIR: home, LANG: "C.UTF-8" };
  const { stdout } = await mustRun(["oidc-agent", "--json"], { env });
  const { socket, dpid } = JSON.parse(stdout) as { socket: string; dpid: number };
  return {
    env: { ...env, OIDC_SOCK: socket },
    [Symbol.asyncDispose]: async () => void process.kill(dpid),
  };
}

/** `oidc-gen` with the device flow; the person follows the link it shows. */
async function signInAtAgent(person: PersonAtSandbox, { env }: Agent): Promise<void> {
  const { issuer, passphrase, people } = person.sandbox;
  const options = [
    "--client-id=oidc-agent",
    "--client-secret=",
    "--scope=openid profile offline_access eduperson_entitlement",
    "--flow=device",
  ];
  const quiet = ["--no-url-call", "--confirm-default", "--pw-cmd=echo secret", "--prompt=none"];
  const child = spawn(debianClient("oidc-gen"), ["egi", `--issuer=${issuer}`, ...options, ...quiet], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  let text = "";
  let page: Promise<unknown> | undefined;
  const read = (chunk: Buffer): void => {
    text += String(chunk);
    const [, link, userCode] = /(https?:\/\/\S+)[^]*enter the code: ([\w-]+)\n/.exec(text) ?? [];
    if (userCode === undefined) return;
    page ??= signIn(`${link}?user_code=${userCode}`, { username: people[0]?.username ?? "", passphrase });
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const code = await new Promise((resolve) => child.on("close", resolve));
  await page;
  if (code !== 0) throw new Error(`oidc-gen ended with ${String(code)}\n${text.slice(0, 600)}`);
}

test("a token of Debian's oidc-agent connects, and doctor says whose it is", async () => {
  await using person = await personAtSandbox({ deviceGrant: true });
  await using agent = await startAgent(person.home);
  await signInAtAgent(person, agent);
  const env = { OIDC_SOCK: agent.env["OIDC_SOCK"] ?? "" };
  const { code, stderr } = await person.run("connect sandbox", { env });
  expect(stderr).toContain("(oidc-agent)");
  expect(code).toBe(0);
  expect((await person.run("doctor sandbox", { env })).stderr).toContain("Alice Martin (oidc-agent)");
  expect((await person.run("status", { env })).stdout).toContain("oidc-agent is used");
  expect(await person.read(join("fedbucket/state/profiles/sandbox.json"))).not.toContain("refreshToken");
});

test("an agent without an account of this issuer is passed over, with its words", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  await using agent = await startAgent(person.home);
  const { code, stderr } = await person.run("connect sandbox", { env: { OIDC_SOCK: agent.env["OIDC_SOCK"] ?? "" } });
  expect(code).toBe(4);
  expect(stderr).toContain("nobody can be asked here");
});
