import { join } from "node:path";
import type { SandboxAddresses } from "../session/profile.ts";
import { isAlive } from "./lock.ts";
import { readIfThere } from "./state.ts";

/**
 * Where the sandbox of this person runs, as it published itself; undefined when none does. Addresses that are not
 * loopback are not believed: a token would leave the machine.
 */
export async function readSandboxAddresses(stateFolder: string): Promise<SandboxAddresses | undefined> {
  const text = await readIfThere(join(stateFolder, "sandbox.json"));
  if (text === undefined) return undefined;
  const published = parse(text);
  if (published === undefined) return undefined;
  const { issuer, authUrl, minio } = published;
  if (![issuer, authUrl, minio?.url ?? authUrl].every(isLoopback)) return undefined;
  return published.pid === undefined || isAlive(published.pid) ? published : undefined;
}

function parse(text: string): (SandboxAddresses & { readonly pid?: number }) | undefined {
  try {
    const value = JSON.parse(text) as Partial<SandboxAddresses & { pid: number }>;
    const needed = [value.issuer, value.authUrl, value.identityProvider, value.protocol, value.projectId];
    return needed.every((field) => typeof field === "string")
      ? (value as SandboxAddresses & { pid?: number })
      : undefined;
  } catch {
    return undefined; // it is being written, or was left half-written by an older one
  }
}

function isLoopback(url: string): boolean {
  const { hostname } = URL.parse(url) ?? { hostname: "" };
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
