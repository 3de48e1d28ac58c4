import { createHash } from "node:crypto";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { howtoBlocks } from "../clients/howto.ts";
import type { CloudAddresses } from "../harness/cloud.ts";
import type { Home } from "../harness/home.ts";
import { signIn } from "./browser.ts";
import { findOutsideRoute } from "./outside.ts";
import { screen, seconds } from "./screen.ts";
import { play } from "./stage.ts";
import { makeArray, meanOf, type Objects } from "./zarr.ts";

export interface Scene {
  readonly home: Home;
  readonly cloud: CloudAddresses;
}

const array = "s3://tmp/sst.zarr";

/** 1. What the person had to type, one line for each block of the how-to. */
export function foldHowto(): void {
  screen.chapter(1, "What it replaces");
  const { commands } = howtoBlocks();
  const lines = commands.map((block) => block.split("\n").filter((line) => line !== ""));
  screen.say(`The how-to: 3 web pages, ${lines.flat().length} command lines, 3 pastes. Folded:`);
  screen.space();
  for (const [first = "", ...more] of lines) {
    const shown = first.replace(/^\$ /, "");
    const cut = shown.length > 58 ? `${shown.slice(0, 57)}…` : shown;
    screen.shown(more.length === 0 ? cut : `${cut.padEnd(58)}  … ${more.length} more`);
  }
}

/** 2. The chain, link by link. */
export async function connect({ home, cloud }: Scene, sandboxMs: number): Promise<void> {
  screen.say(
    `A whole federated cloud started on this machine in ${seconds(sandboxMs)}: Check-in, Keystone, S3, Swift.`,
  );
  screen.say("Signing in needs a browser. Here the demo plays its part: it opens the link,");
  const username = cloud.people[0]?.name ?? "";
  screen.say(`signs in as ${username} and lets the device in, with plain fetch.`);
  screen.space();
  let page: Promise<string> | undefined;
  const follow = (line: string): void => {
    const link = /https?:\/\/\S*user_code=[\w-]+/.exec(line)?.[0];
    if (link !== undefined) page ??= signIn(link, { username, passphrase: cloud.passphrase });
  };
  await play(home, ["connect", "sandbox"], { onLine: follow });
  if (page === undefined) throw new Error("connect printed no link to sign in with");
  screen.proven(`The browser's last page said "${await page}".`);
}

/** 3. The how-to's table. */
export async function list({ home }: Scene): Promise<void> {
  screen.chapter(3, "The how-to's own containers");
  const { stdout } = await play(home, ["ls"]);
  const table = howtoBlocks().tables[0] ?? "";
  const missing = stdout.split("\n").filter((name) => !table.includes(`| ${name} `));
  if (missing.length > 0) throw new Error(`not in the how-to's table: ${missing.join(", ")}`);
  screen.proven("The same five as in the how-to's table.");
}

/** 4. Data in by fedbucket, out by somebody else. */
export async function writeAndReadBack({ home, cloud }: Scene): Promise<void> {
  screen.chapter(4, "A Zarr v3 array goes in, and comes back by an outside route");
  const written = await makeArray();
  const [[first = "", ...rest], began] = [[...written.keys()], performance.now()];
  const put = (key: string, quiet: boolean) =>
    play(home, ["cp", "-", `${array}/${key}`], {
      input: written.get(key) ?? "",
      quiet,
      shownAs: `fedbucket cp - ${array}/${key}`,
    });
  await put(first, false);
  for (const key of rest) await put(key, true);
  screen.say(
    `and ${rest.length} more like it: ${written.size} objects by zarrita, in ${seconds(performance.now() - began)}.`,
  );
  screen.space();
  const route = findOutsideRoute(home, cloud.s3Endpoint);
  const read = await route.read(
    "tmp",
    [...written.keys()].map((key) => `sst.zarr/${key}`),
  );
  const back: Objects = new Map([...read].map(([key, bytes]) => [key.slice("sst.zarr/".length), bytes]));
  compare(written, back);
  screen.proven(`Read back by ${route.name}: ${back.size} of ${written.size} SHA-256 checksums agree.`);
  screen.proven(`Opened again, the mean temperature is ${(await meanOf(back)).toFixed(2)} °C.`);
}

function compare(written: Objects, back: Objects): void {
  const sum = (bytes: Uint8Array | undefined) =>
    createHash("sha256")
      .update(bytes ?? "")
      .digest("hex");
  const differ = [...written].filter(([key, bytes]) => sum(bytes) !== sum(back.get(key)));
  if (differ.length > 0) throw new Error(`not what was written: ${differ.map(([key]) => key).join(", ")}`);
}

/** 5. The key dies, and nobody needs to know. */
export async function revokeAndHeal({ home, cloud }: Scene): Promise<void> {
  screen.chapter(5, "The key is revoked behind our back");
  const token = (await play(home, ["keystone", "token"], { quiet: true })).stdout.trim();
  const asking = { headers: { "x-auth-token": token } };
  const whose = await fetch(`${cloud.authUrl}/auth/tokens`, {
    headers: { ...asking.headers, "x-subject-token": token },
  });
  const { user } = ((await whose.json()) as { token: { user: { id: string } } }).token;
  const keys = `${cloud.authUrl}/users/${user.id}/credentials/OS-EC2`;
  const { credentials } = (await (await fetch(keys, asking)).json()) as { credentials: { access: string }[] };
  for (const { access } of credentials) await fetch(`${keys}/${access}`, { ...asking, method: "DELETE" });
  screen.say(`Somebody deletes ${credentials.length === 1 ? "the key" : "every key"} at Keystone. The next read:`);
  screen.space();
  const { stdout } = await play(home, ["cat", `${array}/zarr.json`], { quiet: true });
  screen.typed(`fedbucket cat ${array}/zarr.json`);
  screen.shown(`{ "zarr_format": ${String((JSON.parse(stdout) as { zarr_format: number }).zarr_format)}, ... }`);
  screen.proven("It made itself a new key, proved it, and read on.");
}

/** 6. One link is broken: who is not in the VO is told so, and what to do. */
export async function breakLink({ home, cloud }: Scene): Promise<void> {
  screen.chapter(6, "One link is broken");
  const outsider = cloud.people.at(-1)?.name ?? "";
  screen.say(`${outsider} has an account, but is in no virtual organisation yet:`);
  screen.space();
  const token = (await play(home, ["sandbox", "token", outsider], { quiet: true })).stdout;
  const env = await elsewhere(home, outsider);
  await play(home, ["connect", "sandbox", "--token-file", "-"], { input: token, code: 4, env });
}

/** Another person's machine that can reach the same sandbox. */
async function elsewhere(home: Home, person: string): Promise<Record<string, string>> {
  const env = { HOME: join(home.folder, person), FEDBUCKET_HOME: join(home.folder, person, "fedbucket") };
  const running = "state/sandbox.json";
  await mkdir(join(env.FEDBUCKET_HOME, "state"), { recursive: true, mode: 0o700 });
  await copyFile(join(home.env["FEDBUCKET_HOME"] ?? "", running), join(env.FEDBUCKET_HOME, running));
  return env;
}

/** 7. */
export function whatNext({ home, cloud }: Scene, keep: boolean): void {
  screen.chapter(7, "What to type next");
  if (!keep) {
    for (const line of [
      "npx fedbucket sandbox up --detach   # a cloud to play with; prints who you can be",
      "npx fedbucket connect sandbox       # and every tool on this machine is set up",
      "npx fedbucket connect pangeo        # the real thing: EGI Check-in, vo.pangeo.eu",
      "npm run demo -- --keep              # this story again, leaving its sandbox up",
    ]) {
      screen.typed(line);
    }
    return;
  }
  screen.say("The sandbox stays up. To go on as the story's person, in this shell only:");
  screen.space();
  screen.typed(`export FEDBUCKET_HOME=${home.env["FEDBUCKET_HOME"]} AWS_CONFIG_FILE=${home.folder}/.aws/config`);
  screen.typed("npx fedbucket ls");
  screen.typed("npx fedbucket sandbox down");
  screen.space();
  screen.say(`Check-in   ${cloud.issuer}`);
  screen.say(`Keystone   ${cloud.authUrl}`);
  screen.say(`S3         ${cloud.s3Endpoint}`);
  screen.say(`Swift      ${cloud.storageUrl}`);
  screen.say(`People     ${cloud.people.map(({ name }) => name).join(", ")}`);
  screen.say(`Passphrase ${cloud.passphrase}`);
}
