import { readFile } from "node:fs/promises";
import type { PeerCertificate, TLSSocket } from "node:tls";
import { connectionFailure } from "../connection-failure.ts";
import type { Certificate } from "../sites/check.ts";
import { type Environment, proxyFor } from "./proxy.ts";

interface LookOptions {
  readonly env: Environment;
  /** PEM file of certificate authorities to trust besides the known ones. */
  readonly caBundle?: string | undefined;
  readonly timeoutMs: number;
}

/**
 * The certificate that a host shows, whether this machine trusts it or not. Nothing is sent after the handshake.
 * Undefined where there is none to see: plain http, or a proxy on the way.
 */
export async function lookAtCertificate(url: string, options: LookOptions): Promise<Certificate | undefined> {
  const { protocol, hostname, port, host } = new URL(url);
  if (protocol !== "https:" || proxyFor(options.env, "https", host) !== undefined) return undefined;
  const { connect, getCACertificates, rootCertificates } = process.getBuiltinModule("node:tls");
  const known = getCACertificates?.("default") ?? [...rootCertificates];
  const more = options.caBundle === undefined ? [] : [await readFile(options.caBundle, "utf8")];
  const name = hostname.replace(/^\[|\]$/g, "");
  const servername = /^[\d.]+$|:/.test(name) ? "" : name;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: name,
      port: Number(port || 443),
      servername,
      ca: [...known, ...more],
      rejectUnauthorized: false, // what is wrong with it is what is looked for
      timeout: options.timeoutMs,
    });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(connectionFailure(error, url));
    };
    socket.once("error", fail);
    socket.once("timeout", () => fail(Object.assign(new Error("no handshake in time"), { code: "CONNECT_TIMEOUT" })));
    socket.once("secureConnect", () => {
      resolve(describe(socket));
      socket.destroy();
    });
  });
}

function describe(socket: TLSSocket): Certificate {
  const { issuer, valid_to: until }: PeerCertificate = socket.getPeerCertificate();
  const { O: organisation, CN: name } = issuer as Partial<Record<"O" | "CN", string | string[]>>;
  // Node types it as an Error; it is the code of OpenSSL's verdict.
  const distrust = socket.authorized ? undefined : String(socket.authorizationError);
  return {
    issuer: String(organisation ?? name ?? "an unnamed authority"),
    expiresAt: new Date(until),
    ...(distrust === undefined ? {} : { distrust }),
  };
}
