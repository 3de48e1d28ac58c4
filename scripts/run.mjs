// Sets the checkout up if needed, then runs one task on the pinned Node. Runs on Node 20 and newer, with nothing installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const manifests = [
  "package.json",
  "package-lock.json",
  ...["client", "sandbox", "cli"].map((name) => `packages/${name}/package.json`),
  "e2e/package.json",
  "bench/package.json",
];

/**
 * With `everyStep`, the steps after one that failed are run, too; the task fails all the same.
 * @type {Record<string, { build?: boolean, everyStep?: boolean, steps: string[][] }>}
 */
const tasks = {
  setup: { steps: [] },
  build: { build: true, steps: [] },
  demo: { build: true, steps: [["node", "--conditions=source", "e2e/demo/demo.ts"]] },
  test: { build: true, steps: [["vitest", "run", "--project", "unit", "--project", "e2e"]] },
  "test:clients": {
    build: true,
    steps: [
      ["node", "--conditions=source", "e2e/clients/debian.ts"],
      ["node", "--conditions=source", "e2e/clients/setup.ts"],
      ["node", "--conditions=source", "e2e/results/run.ts", "clients"],
    ],
  },
  "test:soak": {
    build: true,
    steps: [
      ["node", "--conditions=source", "e2e/clients/setup.ts"],
      ["vitest", "run", "--project", "soak"],
    ],
  },
  "test:connected": {
    build: true,
    steps: [
      ["node", "--conditions=source", "e2e/clients/debian.ts"],
      ["node", "--conditions=source", "e2e/clients/setup.ts"],
      ["node", "--conditions=source", "e2e/connected/setup.ts"],
      ["node", "--conditions=source", "e2e/gateway/setup.ts"],
      ["node", "--conditions=source", "e2e/results/run.ts", "connected"],
    ],
  },
  peers: { steps: [["node", "--conditions=source", "e2e/peers/peers.ts"]] },
  "test:peers": {
    build: true,
    everyStep: true,
    steps: [
      ["node", "--conditions=source", "e2e/peers/peers.ts", "up"],
      ["node", "--conditions=source", "e2e/clients/setup.ts"],
      ["node", "--conditions=source", "e2e/their-clients/compiled/build.ts"],
      ...["differential", "journey", "zarr", "compiled-clients"].map((suite) => [
        "node",
        "--conditions=source",
        "e2e/results/run.ts",
        suite,
      ]),
      ["node", "--conditions=source", "e2e/results/print.ts", "differential", "journey", "zarr", "compiled-clients"],
    ],
  },
  compatibility: { steps: [["node", "--conditions=source", "e2e/results/compatibility.ts"]] },
  "test:transfer": { build: true, steps: [["vitest", "run", "--project", "transfer"]] },
  check: {
    steps: [
      ["tsc", "-p", "."],
      ["oxlint", "--type-aware", "--deny-warnings"],
      ["oxfmt", "--check", "."],
      ["knip"],
      ["node", "scripts/check-secrets.ts"],
      ["node", "--conditions=source", "scripts/troubleshooting.ts", "--check"],
    ],
  },
  package: { steps: [["node", "--conditions=source", "scripts/package/package.ts"]] },
  "test:packaging": {
    steps: [
      ["node", "--conditions=source", "e2e/packaging/setup.ts"],
      ["vitest", "run", "--project", "packaging"],
    ],
  },
  // Takes minutes more, and is run by hand before a release.
  "test:packaging:slow": {
    steps: [
      ["node", "--conditions=source", "e2e/packaging/setup.ts"],
      ["vitest", "run", "--project", "packaging-slow"],
    ],
  },
  troubleshooting: { steps: [["node", "--conditions=source", "scripts/troubleshooting.ts"]] },
  format: { steps: [["oxfmt", "."]] },
  bench: { build: true, steps: [["node", "--conditions=source", "bench/bench.ts"]] },
  "bench:transfer": { build: true, steps: [["node", "--conditions=source", "bench/transfer/bench.ts"]] },
};

const [name = "", ...rest] = process.argv.slice(2);
const task = tasks[name];
if (task === undefined) fail(`unknown task "${name}"; there are: ${Object.keys(tasks).join(", ")}`);

install();
const nodeFolder = dirname(findNode());
const env = {
  ...process.env,
  PATH: [nodeFolder, join(root, "node_modules/.bin"), process.env.PATH].join(process.platform === "win32" ? ";" : ":"),
};
const built = task.build ? run(["node", "scripts/build.ts"], root) : 0;
if (built !== 0) process.exit(built);
let code = 0;
for (const [at, step] of task.steps.entries()) {
  const status = run(at === task.steps.length - 1 ? [...step, ...rest] : step, root);
  code ||= status;
  if (code !== 0 && !task.everyStep) break;
}
process.exitCode = code;

/** Installs what the lock file names, once for each state of the manifests. */
function install() {
  const stampFile = join(root, "node_modules/.fedbucket-setup");
  const digest = () =>
    manifests.reduce((hash, file) => hash.update(readFileSync(join(root, file))), createHash("sha256")).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === digest()) return;
  console.error("Setting up: npm install");
  const lockBefore = readFileSync(join(root, "package-lock.json"), "utf8");
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const { status } = spawnSync(npm[0], [...npm.slice(1), "install", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) fail("npm install failed; its words are above");
  if (process.env.CI && readFileSync(join(root, "package-lock.json"), "utf8") !== lockBefore)
    fail("package-lock.json does not match the manifests: run npm install and commit it");
  writeFileSync(stampFile, digest());
}

/** The pinned Node, or this one where it is new enough and none is packaged for the platform. */
function findNode() {
  const file = process.platform === "win32" ? "node.exe" : "bin/node";
  const pinned = join(
    root,
    "node_modules",
    `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`,
    file,
  );
  if (existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `no Node 24 is packaged for ${process.platform} ${process.arch}: install Node 22.18 or newer and try again`,
  );
}

/** @param {string[]} command @param {string} cwd @returns {number} the exit code */
function run(command, cwd) {
  const { status, error } = spawnSync(command[0] ?? "", command.slice(1), {
    cwd,
    env,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error) fail(`${command[0]}: ${error.message}`);
  return status ?? 1;
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
