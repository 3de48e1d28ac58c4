import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import type { FailureKind } from "@fedbucket/client";
import { checkout } from "../harness/cloud.ts";
import type { PersonAtSandbox } from "../harness/person.ts";
import { after, type Breakage } from "./breakage.ts";

const stateFile = "fedbucket/state/profiles/sandbox.json";

const withConfig = (text: string): Breakage => ({
  arrange: (person) => person.write("fedbucket/config/config.toml", text),
  words: "connect sandbox",
});

const withState = (change: (text: string) => string): Breakage => ({
  connected: true,
  arrange: async (person) => person.write(stateFile, change((await person.read(stateFile)) ?? "")),
  words: "ls",
});

/** A site at this address, which the person trusts. */
const siteAt = async (
  person: PersonAtSandbox,
  url: string,
): Promise<{ words: string; env: Record<string, string> }> => ({
  words: `connect mine --site ${url}/v3 --issuer ${person.sandbox.issuer} --trust-host ${new URL(url).host}`,
  env: { OIDC_ACCESS_TOKEN: await person.sandbox.token() },
});

async function siteOf(person: PersonAtSandbox, server: Server, scheme: "http" | "https"): ReturnType<typeof siteAt> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return siteAt(person, `${scheme}://localhost:${(server.address() as AddressInfo).port}`);
}

/** A site that greets with these bytes, whatever it is asked. */
const greeting = (scheme: "http" | "https", words: string): Breakage => ({
  async arrange(person) {
    const server = createServer((connection) => connection.on("error", () => undefined).end(words));
    return { ...(await siteOf(person, server, scheme)), undo: () => void server.close() };
  },
});

const tls = (file: string): Buffer => readFileSync(join(checkout, "packages/client/test/node/tls", file));

/** Failures that no link owns: of files, and of connections whichever server is at the other end. */
export const noLink: Readonly<Record<string, Breakage & { readonly kind: FailureKind }>> = {
  CONFIG_BROKEN: { kind: "failed", ...withConfig("site = = 1\n") },
  CONFIG_NEWER: { kind: "failed", ...withConfig("format = 99\n") },
  STATE_BROKEN: { kind: "failed", ...withState((text) => text.slice(0, -20)) },
  STATE_NEWER: { kind: "failed", ...withState((text) => text.replace('"format": 1', '"format": 99')) },
  STATE_EXPOSED: {
    kind: "denied",
    connected: true,
    arrange: ({ home }) => chmod(join(home, stateFile), 0o644),
    words: "ls",
  },
  CANNOT_READ: {
    kind: "failed",
    arrange: async ({ home }) => void (await mkdir(join(home, "fedbucket/config/config.toml"), { recursive: true })),
    words: "connect sandbox",
  },
  CANNOT_WRITE: {
    kind: "failed",
    connected: true,
    arrange: async (person) => void (await person.run("cp - s3://tmp/object", { stdin: "x" })),
    words: "cp s3://tmp/object /dev/full",
  },
  BUSY: {
    kind: "later",
    connected: true,
    arrange: (person) => person.write(`${stateFile}.lock`, JSON.stringify({ pid: process.pid, host: hostname() })),
    env: { FEDBUCKET_WAIT_SECONDS: "1" },
    words: "keys list",
  },
  HOST_NOT_FOUND: { kind: "later", arrange: (person) => siteAt(person, "https://keystone.invalid") },
  CONNECTION_REFUSED: { kind: "later", arrange: (person) => siteAt(person, "http://127.0.0.1:1") },
  CONNECTION_LOST: { kind: "later", ...after("token check", "issuer: connections are reset") },
  TLS_UNKNOWN_CA: {
    kind: "failed",
    async arrange(person) {
      const server = createTlsServer({ key: tls("server.key"), cert: tls("server.pem") });
      return { ...(await siteOf(person, server, "https")), undo: () => void server.close() };
    },
  },
  TLS_FAILED: { kind: "failed", ...greeting("https", "this is no handshake\n") },
  NOT_HTTP: { kind: "failed", ...greeting("http", "SSH-2.0-OpenSSH_9.2\r\n") },
};
