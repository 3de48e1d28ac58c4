import { spawn } from "node:child_process";
import { once } from "node:events";
import { tool } from "./places.ts";

/** A JupyterLab server, as a browser talks to it. */
export interface Lab extends AsyncDisposable {
  openTerminal(): Promise<LabTerminal>;
}

export interface LabTerminal extends AsyncDisposable {
  type(keys: string): void;
  /** Waits for something on the screen since the last call; rejects after 60 s with all that was there. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
}

const token = "a-token-for-tests";

/** Starts the server in the person's home folder. */
export async function openLab(env: Readonly<Record<string, string>>): Promise<Lab> {
  const options = [
    "--no-browser",
    "--allow-root",
    "--port=0",
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.root_dir=${env["HOME"]}`,
  ];
  const child = spawn(tool("jupyter-lab"), [...options, `--IdentityProvider.token=${token}`], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const origin = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`jupyter-lab ended with ${code}\n${said}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    openTerminal: () => openTerminal(origin, token),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** @see jupyter_server_terminals: a REST call makes it, a WebSocket carries `["stdin", ...]` and `["stdout", ...]` */
export async function openTerminal(server: string, token: string): Promise<LabTerminal> {
  const headers = { authorization: `token ${token}` };
  const made = await fetch(`${server}/api/terminals`, { method: "POST", headers });
  const { name } = (await made.json()) as { name: string };
  const socket = new WebSocket(`${server.replace("http", "ws")}/terminals/websocket/${name}`, { headers });
  let screen = "";
  let look = (): void => undefined;
  socket.addEventListener("message", ({ data }) => {
    const [kind, text] = JSON.parse(String(data)) as [string, string];
    if (kind === "stdout") screen += text;
    look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the terminal's socket failed")));
  });
  return {
    type: (keys) => socket.send(JSON.stringify(["stdin", keys])),
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the terminal does not show ${pattern}:\n${screen}`)), 60_000);
        look = () => {
          const found = pattern.exec(screen);
          if (found === null) return;
          clearTimeout(timer);
          screen = screen.slice(found.index + found[0].length);
          resolve(found);
        };
        look();
      }),
    async [Symbol.asyncDispose]() {
      socket.close();
    },
  };
}
