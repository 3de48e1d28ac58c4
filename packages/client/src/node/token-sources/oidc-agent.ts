import { lstat } from "node:fs";
import { promisify } from "node:util";
import { oidcAgentSource } from "../../session/token-sources/oidc-agent.ts";
import type { Environment } from "../../session/token-sources/environment.ts";
import type { TokenSource } from "../../session/token-sources/source.ts";

const look = promisify(lstat);

/** The agent that listens at `OIDC_SOCK`; undefined where the variable is not set. */
export function localOidcAgent(env: Environment): TokenSource | undefined {
  const socket = env["OIDC_SOCK"];
  if (!socket) return undefined;
  return oidcAgentSource({
    account: env["OIDC_AGENT_ACCOUNT"] || env["FEDCLOUD_OIDC_AGENT_ACCOUNT"],
    isThere: () =>
      look(socket).then(
        (found) => found.isSocket(),
        () => false,
      ),
    ask: (message, signal) => askSocket(socket, message, signal),
  });
}

/** The agent writes one JSON object, without a frame around it, and closes. Undefined when nobody listens. */
async function askSocket(path: string, message: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { connect } = process.getBuiltinModule("node:net");
  const socket = connect(path);
  const end = (): void => void socket.destroy();
  signal?.addEventListener("abort", end);
  try {
    socket.write(message);
    let answer = "";
    for await (const chunk of socket.setEncoding("utf8")) {
      answer += String(chunk);
      if (isWhole(answer)) break;
    }
    return answer;
  } catch (error) {
    if (nobodyListens.has(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
    socket.destroy();
  }
}

const nobodyListens = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK", "EACCES"]);

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
