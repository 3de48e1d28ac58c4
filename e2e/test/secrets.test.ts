import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands } from "../../packages/cli/src/commands/index.ts";
import { tools } from "../../packages/cli/src/tools/index.ts";
import { signIn } from "../demo/browser.ts";
import { freePorts } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { type Ran, runInProcess } from "../harness/person.ts";

/**
 * Secrets by what they are, each with the values seen so far; new ones are added as they are made. `planted` ones come
 * from the environment and from the wrong thing being pasted.
 */
const secrets: Record<Kind, Set<string>> = {
  access: new Set(),
  refresh: new Set(),
  keystone: new Set(),
  keys: new Set(),
  passphrase: new Set(),
  control: new Set(),
  signature: new Set(),
  planted: new Set(),
};
type Kind = "access" | "refresh" | "keystone" | "keys" | "passphrase" | "control" | "signature" | "planted";

/** A command line that works, and what it is made to print. In this order every one succeeds. */
interface Row {
  readonly words: string;
  readonly args?: readonly string[];
  readonly prints?: readonly Kind[];
  readonly stdin?: string | (() => string);
  /** It works the first time only. */
  readonly once?: boolean;
  /** There is nothing for it to work on. */
  readonly fails?: boolean;
}

/** Nobody listens there. */
const deadAddresses = ["--registry", "--gocdb", "--information-system"].flatMap((option) => [
  option,
  "http://127.0.0.1:9/",
]);

const rows: readonly Row[] = [
  { words: "sandbox up", args: ["--detach", "--memory"], prints: ["passphrase"] },
  { words: "sandbox status", prints: ["passphrase"] },
  { words: "sandbox token", prints: ["access"] },
  { words: "enroll", args: ["vo.pangeo.eu"] },
  { words: "connect", args: ["sandbox"] },
  { words: "status" },
  { words: "doctor" },
  { words: "credentials", prints: ["keys"] },
  { words: "env", prints: ["access", "keystone", "keys"] },
  { words: "env", args: ["--shell", "powershell"], prints: ["access", "keystone", "keys"] },
  { words: "snippet", args: ["xarray"] },
  ...tools.map((tool) => ({ words: "configure", args: [tool.name] })),
  { words: "token check" },
  { words: "token list-vos" },
  { words: "token issue", prints: ["access"] },
  { words: "keystone token", prints: ["keystone"] },
  { words: "keystone projects" },
  { words: "keystone catalog" },
  { words: "keys list" },
  { words: "keys list", args: ["--show-secrets"], prints: ["keys"] },
  { words: "keys rotate" },
  { words: "keys create" },
  { words: "keys create", args: ["--show-secrets"], prints: ["keys"] },
  { words: "keys import", stdin: "console-key\nconsole-secret\n", fails: true },
  { words: "keys import", stdin: () => lastPair },
  { words: "mb", args: ["s3://planted"] },
  { words: "cp", args: ["-", "s3://planted/object"], stdin: "harmless" },
  { words: "ls", args: ["-l", "s3://planted"] },
  { words: "cat", args: ["s3://planted/object"] },
  { words: "presign", args: ["s3://planted/object"], prints: ["signature"] },
  { words: "presign", args: ["s3://planted/object", "--via", "swift"], prints: ["signature"] },
  { words: "ls", args: ["s3://planted", "--via", "swift"] },
  { words: "doctor", args: ["--bucket", "s3://planted/object", "--write", "--bundle", "report.json"] },
  { words: "sync", args: ["s3://planted", "copies"] },
  { words: "du", args: ["s3://planted"] },
  { words: "find", args: ["s3://planted"] },
  { words: "stat", args: ["s3://planted/object"] },
  { words: "verify", args: ["s3://planted", "copies"] },
  { words: "mv", args: ["s3://planted/object", "copies/moved"], once: true },
  { words: "cp", args: ["copies/moved", "s3://planted/object"] },
  { words: "uploads list", args: ["s3://planted"] },
  { words: "uploads abort", args: ["s3://planted"] },
  { words: "zarr check", args: ["s3://planted"], fails: true },
  { words: "init", args: ["--force"] },
  { words: "scan", args: ["--offline", "fedbucket.toml"] },
  { words: "scan", args: ["fedbucket/state/profiles"], fails: true }, // secrets that are in use, and alive
  { words: "site list" },
  { words: "site show", args: ["CESNET-MCCG2"] },
  { words: "site update", args: deadAddresses, fails: true },
  { words: "site check", args: ["http://127.0.0.1:9/v3"], fails: true },
  { words: "vo list" },
  { words: "rm", args: ["s3://planted/object"] },
  { words: "rb", args: ["s3://planted"], once: true },
  { words: "run", args: ["--", process.execPath, "-e", ""] },
  { words: "completion", args: ["bash"] },
  { words: "manual" },
  { words: "version" },
  { words: "logout" },
  { words: "login" },
  { words: "keys delete" },
  { words: "disconnect", args: ["--delete-keys"] },
  { words: "sandbox down" },
  { words: "sandbox reset", args: ["--yes"] },
];

const proxyPassword = "planted-proxy-password-Zk93qLm1";
const proxy = `http://somebody:${proxyPassword}@127.0.0.1:9`;
const pastedToken = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"iss":"https://planted.example.org"}').toString("base64url")}.plantedSignature0f8e7d6c`;
const signedLink =
  "https://store.example.org/b/k?X-Amz-Credential=plantedAccessKey77&X-Amz-Signature=planted0a1b2c3d4e5f6789";

let home: Home;
let port: number;
/** What the browser was told to open: it becomes an argument of a child process. */
const opened: string[] = [];

beforeAll(async () => {
  home = await makeHome();
  port = await freePorts();
  for (const text of [proxyPassword, pastedToken, "plantedAccessKey77", "planted0a1b2c3d4e5f6789"])
    secrets.planted.add(text);
  secrets.planted.add(Buffer.from(`somebody:${proxyPassword}`).toString("base64"));
});

afterAll(async () => {
  await run(["sandbox", "down"]);
  await home[Symbol.asyncDispose]();
});

const stateFolder = (): string => join(home.folder, "fedbucket/state");
const stateFile = (): string => join(stateFolder(), "profiles/sandbox.json");

/** Runs with every trace on, a proxy that wants a password, and the person's browser at hand. */
async function run(argv: readonly string[], { stdin = "" } = {}): Promise<Ran> {
  const env = { ...home.env, FEDBUCKET_DEBUG: "1", HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  const pages: Promise<unknown>[] = [];
  const onStderr = (text: string): void => {
    const link = /https?:\/\/\S*user_code=[\w-]+/.exec(text)?.[0];
    const [passphrase = ""] = secrets.passphrase;
    if (link !== undefined) pages.push(signIn(link, { username: "alice", passphrase }));
  };
  const ran = await runInProcess(argv, env, home.folder, opened, { stdin, onStderr });
  await Promise.all(pages);
  return ran;
}

interface StoredState {
  readonly login?: { accessToken: { secret: string }; refreshToken?: { secret: string } };
  readonly federated?: { unscoped: { secret: string } };
  readonly scoped?: { id: { secret: string } };
  readonly keys?: { secretAccessKey: { secret: string } };
}

/** Whatever is secret on this machine by now. */
async function collect(): Promise<void> {
  const published = JSON.parse(await readFile(join(stateFolder(), "sandbox.json"), "utf8").catch(() => "{}")) as {
    passphrase?: string;
    controlSecret?: string;
  };
  const { state = {} } = JSON.parse(await readFile(stateFile(), "utf8").catch(() => "{}")) as { state?: StoredState };
  const found: readonly (readonly [Kind, string | undefined])[] = [
    ["passphrase", published.passphrase],
    ["control", published.controlSecret],
    ["access", state.login?.accessToken.secret],
    ["refresh", state.login?.refreshToken?.secret],
    ["keystone", state.federated?.unscoped.secret],
    ["keystone", state.scoped?.id.secret],
    ["keys", state.keys?.secretAccessKey.secret],
  ];
  for (const [kind, value] of found) if (value !== undefined) secrets[kind].add(value);
}

/** Keys as `keys create --show-secrets` printed them last. */
let lastPair = "";

/** What a command was made to print is secret from then on, wherever else it turns up. */
function remember({ words, prints = [] }: Row, stdout: string): void {
  if (words === "sandbox token" || words === "token issue") secrets.access.add(/eyJ[\w.-]+/.exec(stdout)?.[0] ?? "");
  if (words === "keystone token") secrets.keystone.add(/gAAAAA[\w=-]+/.exec(stdout)?.[0] ?? "");
  if (words === "presign") secrets.signature.add(/(?:Signature|temp_url_sig)=(\w+)/.exec(stdout)?.[1] ?? "");
  if (words === "keys create" && prints.length > 0) {
    const [, access = "", secret = ""] = /([0-9a-f]{32})\W+(?:secretAccessKey\W+)?([0-9a-f]{32})/.exec(stdout) ?? [];
    secrets.keys.add(secret);
    lastPair = `${access}\n${secret}\n`;
  }
}

/** The kinds of secret in a text: whole values, and pieces long enough to be of use. */
function kindsIn(text: string): Kind[] {
  const hits = Object.entries(secrets).filter(([, values]) => [...values].some((value) => holds(text, value)));
  return hits.map(([kind]) => kind as Kind);
}

function holds(text: string, secret: string): boolean {
  expect(secret).not.toBe("");
  const middle = Math.floor(secret.length / 2);
  const pieces = secret.length < 30 ? [secret] : [secret.slice(-16), secret.slice(middle, middle + 16)];
  return pieces.some((piece) => text.includes(piece) || text.includes(encodeURIComponent(piece)));
}

/** What a command line gave away: `ls --json: keys on stderr`. */
function leaksOf(argv: readonly string[], { stdout, stderr }: Ran, mayPrint: readonly Kind[] = []): string[] {
  const shown = kindsIn(stdout).filter((kind) => !mayPrint.includes(kind));
  const line = argv.join(" ");
  return [
    ...shown.map((kind) => `${line}: ${kind} on stdout`),
    ...kindsIn(stderr).map((kind) => `${line}: ${kind} on stderr: ${stderr}`),
  ];
}

/** Runs command lines one after the other; resolves to what they gave away. */
async function leaksOfAll(lines: readonly (readonly string[])[], prints: readonly Kind[] = []): Promise<string[]> {
  const leaks: string[] = [];
  for (const argv of lines) leaks.push(...leaksOf(argv, await run(argv), prints));
  return leaks;
}

/** Each file and folder below the home, as `path mode`, with what is secret in it. */
async function filesWithSecrets(): Promise<{ path: string; fileMode: number; folderMode: number; kinds: Kind[] }[]> {
  const entries = await readdir(home.folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const looked = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const kinds = kindsIn(await readFile(path, "latin1"));
      const [file, folder] = await Promise.all([stat(path), stat(parentPath)]);
      return { path, fileMode: file.mode & 0o777, folderMode: folder.mode & 0o777, kinds };
    }),
  );
  return looked.filter(({ kinds }) => kinds.length > 0);
}

async function expectPrivateFiles(): Promise<void> {
  for (const { path, fileMode, folderMode, kinds } of await filesWithSecrets()) {
    expect({ path, fileMode, folderMode }).toEqual({ path, fileMode: 0o600, folderMode: 0o700 });
    expect(kinds).not.toContain("planted");
    expect(path.startsWith(join(home.folder, "fedbucket/state/"))).toBe(true);
  }
}

/** The sandbox in the background, as everybody (arguments) and its owner (environment) may see it. */
async function expectBareProcess(): Promise<void> {
  const { pid } = JSON.parse((await run(["sandbox", "status", "--json"])).stdout) as { pid: number };
  expect(kindsIn(await readFile(`/proc/${pid}/cmdline`, "utf8"))).toEqual([]);
  expect(kindsIn(await readFile(`/proc/${pid}/environ`, "utf8"))).toEqual([]);
}

/** The command lines of a row, with and without `--json`. */
function linesOf({ words, args = [], once = false }: Row): string[][] {
  const line = [...words.split(" "), ...args, ...(words === "sandbox up" ? ["--port", String(port)] : [])];
  const knowsJson = !["cat", "run", "completion", "manual", "credentials", "snippet", "presign"].includes(words);
  return knowsJson && !once ? [line, [...line, "--json"]] : [line];
}

/** Keys to delete are known only now. */
async function lastKey(): Promise<string[]> {
  const { keys } = JSON.parse((await run(["keys", "list", "--json"])).stdout) as {
    keys: { accessKeyId: string; inUse: boolean }[];
  };
  return keys.filter(({ inUse }) => !inUse).map(({ accessKeyId }) => accessKeyId);
}

test("every command of the table is in this test", () => {
  expect(new Set(rows.map(({ words }) => words))).toEqual(new Set(commands.map(({ words }) => words)));
});

test("success: secrets go to the stdout of the commands made to print them, and nowhere else", async () => {
  for (const row of rows) {
    if (row.words === "disconnect") break; // the rest is taken down at the end
    const lines = row.words === "keys delete" ? [[...row.words.split(" "), ...(await lastKey())]] : linesOf(row);
    for (const argv of lines) {
      const ran = await run(argv, { stdin: typeof row.stdin === "function" ? row.stdin() : (row.stdin ?? "") });
      expect({ argv, ...ran, works: ran.code === 0 }).toMatchObject({ argv, works: row.fails !== true });
      remember(row, ran.stdout);
      await collect();
      expect(leaksOf(argv, ran, row.prints)).toEqual([]);
    }
    await expectPrivateFiles();
    if (row.words === "sandbox up") await expectBareProcess();
  }
  for (const values of Object.values(secrets)) expect(values.size).toBeGreaterThan(0);
  expect(opened.length).toBeGreaterThan(0);
  expect(kindsIn(opened.join("\n"))).toEqual([]);
  expect(kindsIn(await readFile(join(home.folder, ".aws/config"), "utf8"))).toEqual([]);
});

/** Takes a port, as another program would. */
async function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const planted = [pastedToken, signedLink, `http://somebody:${proxyPassword}@store.example.org/b/k`];

/** Each command with the wrong thing pasted where a name belongs. */
const wrongLines = (): string[][] =>
  rows
    .filter(({ words }) => !["run", "init", "du"].includes(words))
    .flatMap(({ words }) =>
      // these take any name
      planted.flatMap((paste) => {
        const line = words.split(" ");
        return [
          [...line, paste],
          [...line, paste, paste, "--json"],
          [...line, "--profile", paste],
        ];
      }),
    );

test("failure: what was pasted in the wrong place is not repeated", async () => {
  const options = ["--site", "--issuer", "--vo", "--project", "--token-file", "--ca-bundle", "--trust-host"];
  const connecting = ["connect", "other", "--site", "https://keystone.example.org"];
  const optionLines = options.flatMap((option) => planted.map((paste) => [...connecting, option, paste]));
  expect(await leaksOfAll([...wrongLines(), ...optionLines])).toEqual([]);
  const { keys, keystone, refresh } = secrets;
  for (const paste of [...planted, pastedToken.slice(0, 60), ...keys, ...keystone, ...refresh]) {
    const argv = ["connect", "sandbox", "--token-file", "-"];
    expect(leaksOf(argv, await run(argv, { stdin: paste }))).toEqual([]);
  }
  await expectPrivateFiles();
});

test("failure: damaged state is not quoted", async () => {
  const whole = await readFile(stateFile(), "utf8");
  const published = await readFile(join(stateFolder(), "sandbox.json"), "utf8");
  for (const row of rows.filter(({ words }) => !words.startsWith("sandbox"))) {
    await writeFile(stateFile(), whole.slice(0, -20), { mode: 0o600 });
    expect(await leaksOfAll(linesOf(row), row.prints)).toEqual([]);
  }
  await writeFile(join(stateFolder(), "sandbox.json"), published.slice(0, -20), { mode: 0o600 });
  for (const row of rows.filter(({ words }) => words !== "sandbox up"))
    expect(await leaksOfAll(linesOf(row), row.prints)).toEqual([]);
  await writeFile(join(stateFolder(), "sandbox.json"), published, { mode: 0o600 });
  await writeFile(stateFile(), whole, { mode: 0o600 });
  await expectPrivateFiles();
});

test("failure: the cloud is gone", async () => {
  expect((await run(["sandbox", "down"])).code).toBe(0);
  await using taken = await occupy(port);
  expect(taken.listening).toBe(true);
  for (const row of rows) {
    const lines = linesOf(row).map((line) => line.filter((word) => word !== "--detach"));
    expect(await leaksOfAll(lines, row.prints)).toEqual([]);
  }
});
