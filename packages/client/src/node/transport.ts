import { Failure } from "../failure.ts";
import type { HttpRequest, HttpResponse, SendOptions, Transport } from "../http.ts";
import { requestHeaders } from "./headers.ts";
import { redactUrl } from "../trace.ts";
import { makeAgents } from "./agents.ts";
import { exchange } from "./node-exchange.ts";
import { type Environment, type Proxy, proxyFor } from "./proxy.ts";
import { makePool } from "./wire/pool.ts";
import { requestHead } from "./wire/request-head.ts";

export interface NodeTransportOptions {
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read from here, lower-case spellings first. */
  readonly env?: Environment;
  /** PEM file of certificate authorities to trust besides the known ones. Read when first needed. */
  readonly caBundle?: string | undefined;
  /** Until a connection stands, TLS included. Default 10,000 (10 s). */
  readonly connectTimeoutMs?: number;
  /** Without a byte in either direction. Default 60,000 (60 s). */
  readonly idleTimeoutMs?: number;
  /** Default `fedbucket`. */
  readonly userAgent?: string;
}

export interface NodeTransport extends Transport {
  /** Closes idle connections; a process ends without it too. */
  close(): void;
}

/**
 * Sends over kept connections: on sockets of its own where it can (see docs/decisions/http-on-sockets.md), else, through
 * proxies, streams of unknown length and POSTs, with `node:http` and `node:https`. They are loaded with the first such
 * request, by `getBuiltinModule`: importing them from an ES module costs 20 ms more.
 *
 * Rejects with Node's own errors, and with `CONNECT_TIMEOUT` or `IDLE_TIMEOUT` as `code`.
 */
export function nodeTransport(options: NodeTransportOptions = {}): NodeTransport {
  const { connectTimeoutMs = 10_000, idleTimeoutMs = 60_000, userAgent = "fedbucket", env = {} } = options;
  const agents = makeAgents(options.caBundle);
  const proxies = new Map<string, Proxy | undefined>();
  const pool = makePool({ caBundle: options.caBundle, connectTimeoutMs, idleTimeoutMs });

  function proxyOf(scheme: "http" | "https", authority: string): Proxy | undefined {
    const origin = `${scheme}://${authority}`;
    if (!proxies.has(origin)) proxies.set(origin, proxyFor(env, scheme, authority));
    return proxies.get(origin);
  }

  async function send(request: HttpRequest, { signal }: SendOptions = {}): Promise<HttpResponse> {
    signal?.throwIfAborted();
    const { scheme, authority, target } = splitUrl(request.url);
    const proxy = proxyOf(scheme, authority);
    const headers = requestHeaders(request, authority, userAgent);
    const head = proxy === undefined ? requestHead(request, target, headers) : undefined;
    if (head !== undefined) return await pool.send({ scheme, authority }, request, head, signal);
    const plainProxy = scheme === "http" ? proxy : undefined;
    const peer = plainProxy ?? new URL(`${scheme}://${authority}`);
    const { request: open } = process.getBuiltinModule(peer.protocol === "https:" ? "node:https" : "node:http");
    const outgoing = open({
      agent: await agents.agentFor(peer, scheme === "https" ? proxy : undefined),
      method: request.method,
      host: peer.hostname.replace(/^\[|\]$/g, ""),
      port: peer.port || (peer.protocol === "https:" ? 443 : 80),
      // Never through `URL`, which would take `..` out of an object's name. An HTTP proxy wants the whole address.
      path: plainProxy === undefined ? target : `http://${authority}${target}`,
      headers: { ...headers, ...plainProxy?.headers },
      timeout: idleTimeoutMs,
    });
    return exchange(outgoing, request, { signal, connectTimeoutMs, idleTimeoutMs });
  }

  return Object.assign(send, {
    close() {
      agents.close();
      pool.close();
    },
  });
}

/** Splits by hand and keeps the path as it is; `URL` would normalise it. */
function splitUrl(url: string): { scheme: "http" | "https"; authority: string; target: string } {
  const match = /^(https?):\/\/([^/?#@]+)([^#]*)$/.exec(url);
  if (match === null) {
    throw new Failure("BAD_URL", "usage", `not an http or https address: ${redactUrl(url)}`, {
      cure: ["Give the whole address, as in https://object-store.example.org"],
    });
  }
  const [, scheme, authority = "", rest = ""] = match;
  return {
    scheme: scheme === "https" ? "https" : "http",
    authority,
    target: rest.startsWith("/") ? rest : `/${rest}`,
  };
}
