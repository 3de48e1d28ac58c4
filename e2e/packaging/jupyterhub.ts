import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Browser } from "../demo/browser.ts";
import { recipeFor } from "../harness/recipe.ts";
import { type LabTerminal, openTerminal } from "./jupyter.ts";
import { hubProxy, tool } from "./places.ts";

/** A JupyterHub whose people sign in at Check-in. */
export interface Hub extends AsyncDisposable {
  /** As a person does it in a browser; then their server is started, and a terminal opened in it. */
  terminalOf(person: { username: string; passphrase: string }): Promise<LabTerminal>;
}

export interface HubOptions {
  /** Three ports in a row: the hub's address, then two of its own. */
  readonly port: number;
  readonly folder: string;
  readonly issuer: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** Of everybody's server. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where Check-in sends people back to. */
export const callbackOf = (port: number): string => `http://127.0.0.1:${port}/hub/oauth_callback`;

const apiToken = "a-token-for-tests-of-the-hub";

/** Starts a hub from the recipe in docs/operators.md, with what a machine of its own needs besides. */
export async function startHub({ port, folder, issuer, client, env }: HubOptions): Promise<Hub> {
  const origin = `http://127.0.0.1:${port}`;
  const config = join(folder, "jupyterhub_config.py");
  await mkdir(folder, { recursive: true });
  const recipe = (await recipeFor("jupyterhub_config.py")).replace("https://aai.egi.eu/auth/realms/egi", issuer);
  await writeFile(config, `${recipe}\n${machine(port, env)}`);
  const child = spawn(tool("jupyterhub"), ["--config", config], {
    cwd: folder,
    env: {
      PATH: `${join(tool("jupyterhub"), "..")}:/usr/bin:/bin`,
      HOME: folder,
      CHECKIN_CLIENT_ID: client.id,
      CHECKIN_CLIENT_SECRET: client.secret,
      HUB_ADDRESS: origin,
      JUPYTERHUB_CRYPT_KEY: "0".repeat(64),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, "exit");
  const end = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  const api = (path: string, method = "GET"): Promise<Response> =>
    fetch(`${origin}/hub/api${path}`, { method, headers: { authorization: `token ${apiToken}` } });
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 240; tries++) {
      if (child.exitCode !== null) break;
      if (await isSo().catch(() => false)) return;
      await pause(250);
    }
    await end();
    throw new Error(`${what} did not come up:\n${log.slice(0, 10_000)}`);
  };
  await until("the hub", async () => (await api("/")).ok);
  return {
    async terminalOf(person) {
      const browser = new Browser();
      const page = await browser.open(`${origin}/hub/oauth_login?next=%2Fhub%2Ftoken`);
      await browser.submit(page, person);
      await api(`/users/${person.username}/server`, "POST");
      const { username } = person;
      await until(`${username}'s server`, async () => {
        const { servers } = (await (await api(`/users/${username}`)).json()) as { servers: Record<string, Server> };
        return servers[""]?.ready === true;
      });
      return await openTerminal(`${origin}/user/${username}`, apiToken);
    },
    [Symbol.asyncDispose]: end,
  };
}

interface Server {
  readonly ready: boolean;
}

/** One machine, everybody the same system user, and a token for the test. */
const machine = (port: number, env: HubOptions["env"]): string => `
c.JupyterHub.bind_url = "http://127.0.0.1:${port}"
c.JupyterHub.hub_port = ${port + 1}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:${port + 2}"
c.ConfigurableHTTPProxy.command = [${JSON.stringify(process.execPath)}, ${JSON.stringify(hubProxy)}]
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = ${JSON.stringify(env["HOME"])}
c.Spawner.cmd = [${JSON.stringify(tool("jupyterhub-singleuser"))}]
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = ${JSON.stringify(env)}
c.JupyterHub.services = [{"name": "test", "api_token": "${apiToken}"}]
c.JupyterHub.load_roles.append({"name": "test", "services": ["test"], "scopes": ["admin:users", "admin:servers", "access:servers"]})
`;
