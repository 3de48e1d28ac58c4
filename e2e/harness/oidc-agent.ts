import { spawn } from "node:child_process";
import { debianClient } from "../clients/tools.ts";
import { signIn } from "../demo/browser.ts";
import { mustRun } from "./run.ts";

const path = "/usr/bin:/bin";

interface CheckIn {
  readonly issuer: string;
  readonly passphrase: string;
  /** The first one signs in. */
  readonly people: readonly { readonly name: string }[];
}

export interface Agent extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Debian's oidc-agent, with nobody signed in yet. */
export async function startAgent(home: string): Promise<Agent> {
  const env = { PATH: path, HOME: home, TMPDIR: home, LANG: "C.UTF-8" };
  const { stdout } = await mustRun(["oidc-agent", "--json"], { env });
  const { socket, dpid } = JSON.parse(stdout) as { socket: string; dpid: number };
  return {
    env: { ...env, OIDC_SOCK: socket },
    [Symbol.asyncDispose]: async () => void process.kill(dpid),
  };
}

/** `oidc-gen` with the device flow; the person follows the link it shows. */
export async function signInAtAgent({ issuer, passphrase, people }: CheckIn, { env }: Agent): Promise<void> {
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
    page ??= signIn(`${link}?user_code=${userCode}`, { username: people[0]?.name ?? "", passphrase });
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const code = await new Promise((resolve) => child.on("close", resolve));
  await page;
  if (code !== 0) throw new Error(`oidc-gen ended with ${String(code)}\n${text.slice(0, 600)}`);
}
