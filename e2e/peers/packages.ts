import { execFile, spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";

const policyFile = "/usr/sbin/policy-rc.d";

/**
 * Installs the Debian packages that are missing, and starts none of their services.
 *
 * @throws Error in one line when this machine cannot be asked to: not Debian, or not root.
 */
export async function installPackages(names: readonly string[]): Promise<void> {
  const installed = versions(names);
  const missing = names.filter((name) => !installed.has(name));
  if (missing.length === 0) return;
  if (!existsSync("/usr/bin/apt-get")) throw new Error(`needs Debian's packages: ${missing.join(" ")}`);
  if (process.getuid?.() !== 0) throw new Error(`needs root to run: apt-get install ${missing.join(" ")}`);
  const allowStarts = forbidServiceStarts();
  try {
    await apt("update", "-qq");
    await apt("install", "-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", ...missing);
  } finally {
    allowStarts();
  }
}

/** The version of an installed Debian package, or undefined. */
export const packageVersion = (name: string): string | undefined => versions([name]).get(name);

function versions(names: readonly string[]): ReadonlyMap<string, string> {
  const format = "-f=${db:Status-Status} ${Package} ${Version}\n";
  const { stdout } = spawnSync("dpkg-query", ["-W", format, ...names], { encoding: "utf8" });
  const lines = (stdout ?? "").split("\n").map((line) => line.split(" "));
  return new Map(
    lines.flatMap(([status, name = "", version = ""]) => (status === "installed" ? [[name, version]] : [])),
  );
}

async function apt(...args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const maxBuffer = 64 * 1024 * 1024;
  try {
    await promisify(execFile)("apt-get", ["-o", "DPkg::Lock::Timeout=600", ...args], { env, maxBuffer });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`apt-get ${args[0]} failed: ${stderr?.trim() || String(error)}`, { cause: error });
  }
}

/** Maintainer scripts ask this file before they start a service; 101 means "not allowed". */
function forbidServiceStarts(): () => void {
  if (existsSync(policyFile)) return () => {};
  writeFileSync(policyFile, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return () => rmSync(policyFile);
}
