import type { Agent, AgentOptions, ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import type { ConnectionOptions } from "node:tls";
import { Failure } from "../failure.ts";
import { readAuthorities } from "./authorities.ts";
import type { Proxy } from "./proxy.ts";

export interface Agents {
  /** `tunnel`: the proxy to pass through on the way to an https host. */
  agentFor(peer: { readonly protocol: string }, tunnel: Proxy | undefined): Promise<Agent>;
  close(): void;
}

const kept: AgentOptions = { keepAlive: true, maxFreeSockets: 256, scheduling: "lifo" };

/** Pools of kept connections: one for http, one for https and one for each proxy on the way to https. */
export function makeAgents(caBundle: string | undefined): Agents {
  const agents = new Map<string, Promise<Agent>>();
  async function make(protocol: string, tunnel: Proxy | undefined): Promise<Agent> {
    if (protocol === "http:") return new (process.getBuiltinModule("node:http").Agent)(kept);
    const { Agent: HttpsAgent } = process.getBuiltinModule("node:https");
    const trust = caBundle === undefined ? {} : { ca: await readAuthorities(caBundle) };
    const agent = new HttpsAgent({ ...kept, ...trust });
    if (tunnel !== undefined)
      agent.createConnection = (to, done) => {
        openTunnel(tunnel, { ...to, ...trust } as Destination, done);
        return undefined; // the connection comes by `done`
      };
    return agent;
  }
  return {
    agentFor({ protocol }, tunnel) {
      const name = tunnel === undefined ? protocol : `${tunnel.protocol}//${tunnel.hostname}:${tunnel.port}`;
      const agent = agents.get(name) ?? make(protocol, tunnel);
      agents.set(name, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values())
        agent.then(
          (made) => made.destroy(),
          () => {},
        );
      agents.clear();
    },
  };
}

type Destination = ClientRequestArgs & ConnectionOptions;
type Connected = (error: Error | null, stream: Duplex) => void;

/**
 * Asks a proxy for a connection through it, then speaks TLS with the host at its end.
 *
 * @see RFC 9110, section 9.3.6
 */
function openTunnel(proxy: Proxy, to: Destination, done: Connected | undefined): void {
  const { request } = process.getBuiltinModule(proxy.protocol === "https:" ? "node:https" : "node:http");
  const target = `${to.host?.includes(":") ? `[${to.host}]` : to.host}:${to.port ?? 443}`;
  const failed = done as unknown as (error: Error) => void;
  const connect = request({
    method: "CONNECT",
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    path: target,
    headers: { host: target, ...proxy.headers },
    agent: false,
  });
  connect.once("error", failed);
  connect.once("connect", (answer, socket) => {
    if (answer.statusCode === 200) {
      const { connect: secure } = process.getBuiltinModule("node:tls");
      const servername = to.servername ?? (/^[\d.]+$|:/.test(to.host ?? "") ? "" : (to.host ?? ""));
      return done?.(null, secure({ ...to, socket, servername } as ConnectionOptions));
    }
    socket.destroy();
    failed(proxyRefusal(proxy, answer.statusCode ?? 0));
  });
  connect.end();
}

function proxyRefusal(proxy: Proxy, status: number): Failure {
  const why = status === 407 ? "wants a name and a password" : `refused the connection (${status})`;
  return new Failure("PROXY_REFUSED", "failed", `the proxy ${proxy.hostname} ${why}`, {
    cure:
      status === 407
        ? ["export HTTPS_PROXY=http://name:password@proxy.example.org:3128"]
        : ["If the address is reached without a proxy, add its host to NO_PROXY."],
  });
}
