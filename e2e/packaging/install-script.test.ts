import { readFileSync } from "node:fs";
import { appendFile, chmod, cp, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { type Home, makeHome } from "../harness/home.ts";
import { mustRun, run } from "../harness/run.ts";
import { archive, dist, tool, version } from "./places.ts";

const files = [basename(archive("linux-x64")), "SHA256SUMS", "install.sh"];

/** What a person has downloaded, to be spoilt. */
async function download(home: Home): Promise<string> {
  const folder = join(home.folder, "Downloads");
  await mkdir(folder);
  await Promise.all(files.map((name) => cp(join(dist, name), join(folder, name))));
  return folder;
}

const install = (home: Home, folder: string, ...args: string[]) =>
  run(["sh", join(folder, "install.sh"), ...args], { env: home.env });

/** Files and folders, save what was downloaded and where fedbucket keeps its own things. */
const everythingIn = async (home: Home): Promise<string> => {
  const passedOver = "-mindepth 1 ( -path ./Downloads -o -path ./fedbucket ) -prune -o -print".split(" ");
  return (await mustRun(["find", ".", ...passedOver], { env: home.env, cwd: home.folder })).stdout;
};

test("shellcheck finds nothing to say", async () => {
  expect((await run([tool("shellcheck"), join(dist, "install.sh")], { env: {} })).stdout).toBe("");
});

test("it installs below ~/.local, says what to put on the PATH, and takes everything away again", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  const { code, stdout } = await install(home, folder);
  expect(code).toBe(0);
  const program = join(home.folder, ".local/bin/fedbucket");
  expect(stdout).toContain(`Installed fedbucket ${version} as ${program}.`);
  expect(stdout).toContain(`export PATH="${join(home.folder, ".local/bin")}:$PATH"`);
  expect((await mustRun([program, "--version"], { env: home.env })).stdout).toBe(`${version}\n`);
  expect(await everythingIn(home)).toContain("./.local/share/man/man1/fedbucket.1\n");

  expect((await install(home, folder)).code).toBe(0);
  expect((await install(home, folder, "--uninstall")).code).toBe(0);
  expect(await everythingIn(home)).toBe("");
});

test("a folder named by its relative path is told whole, and is found on the PATH", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  const path = `${join(home.folder, "app/bin")}:/usr/bin:/bin`;
  const { code, stdout } = await run(["sh", join(folder, "install.sh"), "--to", "app"], {
    env: { ...home.env, PATH: path },
    cwd: home.folder,
  });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `Installed fedbucket ${version} as ${join(home.folder, "app/bin/fedbucket")}.\n`,
  });
});

test("without a program for checksums nothing is installed, and that is what is said", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  const tools = join(home.folder, "Downloads/tools");
  await mkdir(tools);
  for (const name of [
    "cp",
    "cut",
    "dirname",
    "head",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "rmdir",
    "sed",
    "tar",
    "gzip",
    "uname",
  ])
    await symlink(join("/bin", name), join(tools, name));
  const env = { ...home.env, PATH: tools };
  const { code, stderr } = await run(["/bin/sh", join(folder, "install.sh")], { env });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "error: sha256sum or shasum is needed to verify what is installed\n",
  });
  expect(await everythingIn(home)).toBe("");
});

test("half a download is refused, and what was installed before stays", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  await install(home, folder);
  const before = await everythingIn(home);
  await truncate(join(folder, files[0] ?? ""), 1_000_000);
  const { code, stderr } = await install(home, folder);
  expect(code).toBe(1);
  expect(stderr).toContain("is damaged: its checksum is not the one in SHA256SUMS");
  expect(await everythingIn(home)).toBe(before);
});

test("a changed file is refused", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  await appendFile(join(folder, files[0] ?? ""), "x");
  expect((await install(home, folder)).stderr).toContain("is damaged");
  expect(await everythingIn(home)).toBe("");
});

test("a missing archive is named, with what to do", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  await writeFile(join(folder, "SHA256SUMS"), "");
  const { code, stderr } = await install(home, folder);
  expect(code).toBe(1);
  expect(stderr).toBe(`error: ${folder} has no archive for linux x64\n`);
  expect((await install(home, folder, "--from", join(home.folder, "nowhere"))).stderr).toContain(
    "--from FOLDER_OR_URL",
  );
});

test("an older fedbucket that comes first on the PATH is named", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  const older = join(home.folder, "older");
  await mkdir(older);
  await writeFile(join(older, "fedbucket"), "#!/bin/sh\necho 0.0.1\n");
  await chmod(join(older, "fedbucket"), 0o755);
  const env = { ...home.env, PATH: `${older}:${join(home.folder, ".local/bin")}:${home.env["PATH"]}` };
  const { stdout } = await mustRun(["sh", join(folder, "install.sh")], { env });
  expect(stdout).toContain(`Another one comes first on your PATH: ${join(older, "fedbucket")} (0.0.1).`);
});

test("without a home folder it asks for one", async () => {
  await using home = await makeHome();
  const folder = await download(home);
  const ran = await run(["sh", join(folder, "install.sh")], { env: { PATH: "/usr/bin:/bin" } });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("HOME is not set");
});

test("where only a proxy leads out, it downloads through the proxy", async () => {
  await using home = await makeHome();
  const asked: string[] = [];
  const proxy = await serve((url) => {
    asked.push(url);
    return new URL(url).pathname.slice(1);
  });
  try {
    const { port } = proxy.address() as AddressInfo;
    const env = { ...home.env, http_proxy: `http://127.0.0.1:${port}` };
    // No name server knows this host: whoever does not ask the proxy fails.
    const command = ["sh", join(dist, "install.sh"), "--from", "http://releases.invalid"];
    const { stdout } = await mustRun(command, { env });
    expect(stdout).toContain(`Installed fedbucket ${version}`);
    expect(asked).toEqual(["SHA256SUMS", files[0]].map((name) => `http://releases.invalid/${name}`));
  } finally {
    proxy.close();
  }
});

test("a download that breaks off is refused", async () => {
  await using home = await makeHome();
  const server = await serve((url) => url.slice(1), 500_000);
  try {
    const { port } = server.address() as AddressInfo;
    const command = ["sh", join(dist, "install.sh"), "--from", `http://127.0.0.1:${port}`];
    const ran = await run(command, { env: home.env });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`has no ${files[0]}, or it cannot be read`);
    expect(await everythingIn(home)).toBe("");
  } finally {
    server.close();
  }
});

/** Serves released files; of a large one only so many bytes before the connection is cut. */
async function serve(nameOf: (url: string) => string, mostBytes = Number.POSITIVE_INFINITY): Promise<Server> {
  const server = createServer((request, response) => {
    const bytes = readFileSync(join(dist, nameOf(request.url ?? "")));
    response.writeHead(200, { "content-length": bytes.length });
    if (bytes.length <= mostBytes) response.end(bytes);
    else response.write(bytes.subarray(0, mostBytes), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
