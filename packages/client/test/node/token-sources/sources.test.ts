import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createSocket, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttp } from "../../../src/http.ts";
import { tokenSources } from "../../../src/node/token-sources/index.ts";
import { localOidcAgent } from "../../../src/node/token-sources/oidc-agent.ts";
import { nodeTransport } from "../../../src/node/transport.ts";
import { withLimit } from "../../../src/session/token-sources/source.ts";

const wanted = { issuer: "https://issuer.example", minValidSeconds: 60 };
let folder: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedbucket-sources-"));
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true });
});

async function agent(onMessage: (socket: Socket, message: string) => void): Promise<string> {
  const path = join(folder, "agent.sock");
  const server = createSocket((socket) => socket.on("data", (data) => onMessage(socket, String(data))));
  servers.push(server.listen(path));
  await once(server, "listening");
  return path;
}

async function web(listener: (...call: Parameters<RequestListener>) => void | Promise<void>): Promise<string> {
  const server = createServer((request, response) => void listener(request, response));
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function source(name: string, env: Record<string, string>): NonNullable<ReturnType<typeof localOidcAgent>> {
  const httpFor = (origin: string | undefined): ReturnType<typeof createHttp> =>
    createHttp({ transport: nodeTransport(), now: () => new Date(), mayReceiveBearer: (to) => to === origin });
  const found = tokenSources({ env, stateFolder: folder, httpFor }).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no source ${name}`);
  return found;
}

test("oidc-agent: asked for the issuer's token in plain JSON", async () => {
  const asked: unknown[] = [];
  const path = await agent((socket, message) => {
    asked.push(JSON.parse(message));
    socket.write('{"status":"success","access_');
    setImmediate(() => socket.write('token":"abc","issuer":"https://issuer.example","expires_at":1}'));
  });
  expect(await source("oidc-agent", { OIDC_SOCK: path }).read(wanted)).toBe("abc");
  expect(asked).toEqual([
    {
      request: "access_token",
      issuer: "https://issuer.example",
      min_valid_period: 60,
      application_hint: "fedbucket",
    },
  ]);
});

test("oidc-agent: an account that is named is asked for", async () => {
  const path = await agent((socket, message) =>
    socket.end(JSON.stringify({ status: "success", access_token: JSON.parse(message).account })),
  );
  const env = { OIDC_SOCK: path, FEDCLOUD_OIDC_AGENT_ACCOUNT: "egi" };
  expect(await source("oidc-agent", env).read(wanted)).toBe("egi");
});

test("oidc-agent: its own words when it refuses", async () => {
  const path = await agent((socket) => socket.end('{"status":"failure","error":"No account loaded","info":"see man"}'));
  await expect(source("oidc-agent", { OIDC_SOCK: path }).read(wanted)).rejects.toMatchObject({
    code: "TOKEN_SOURCE_FAILED",
    message: "oidc-agent gave no token: No account loaded; see man",
  });
});

test("oidc-agent: one that hangs is given up, and its socket closed", async () => {
  const closed = Promise.withResolvers<void>();
  const path = await agent((socket) => socket.on("close", () => closed.resolve()));
  const local = localOidcAgent({ OIDC_SOCK: path });
  if (local === undefined) throw new Error("no source");
  await expect(withLimit(local, 100).read(wanted)).rejects.toMatchObject({
    code: "TOKEN_SOURCE_HANGS",
    cure: [expect.stringContaining("unset OIDC_SOCK")],
  });
  await closed.promise;
});

test("oidc-agent: a socket left behind is no source", async () => {
  expect(await source("oidc-agent", { OIDC_SOCK: join(folder, "gone") }).read(wanted)).toBeUndefined();
});

test("JupyterHub: the token of auth_state, asked with the server's own token", async () => {
  const seen: unknown[] = [];
  const origin = await web((request, response) => {
    seen.push([request.url, request.headers.authorization]);
    response.end('{"name":"a b","auth_state":{"access_token":"abc"}}');
  });
  const env = { JUPYTERHUB_API_URL: `${origin}/hub/api`, JUPYTERHUB_API_TOKEN: "t", JUPYTERHUB_USER: "a b" };
  expect(await source("JupyterHub's auth_state", env).read(wanted)).toBe("abc");
  expect(seen).toEqual([["/hub/api/users/a%20b", "token t"]]);
});

test("JupyterHub: a user who may not see it has no token there", async () => {
  const origin = await web((_, response) => void response.end('{"name":"a","auth_state":null}'));
  const env = { JUPYTERHUB_API_URL: `${origin}/hub/api`, JUPYTERHUB_API_TOKEN: "t", JUPYTERHUB_USER: "a" };
  expect(await source("JupyterHub's auth_state", env).read(wanted)).toBeUndefined();
});

test("mytoken: exchanged for the issuer's token; a rotated one is kept for its owner only and used next", async () => {
  const used: string[] = [];
  const server = await web(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    used.push((JSON.parse(body) as { mytoken: string }).mytoken);
    response.end(JSON.stringify({ access_token: "abc", token_update: { mytoken: `rotated-${used.length}` } }));
  });
  const mytoken = source("mytoken", { FEDCLOUD_MYTOKEN: "original", FEDCLOUD_MYTOKEN_SERVER: server });
  expect(await mytoken.read(wanted)).toBe("abc");
  expect(await mytoken.read(wanted)).toBe("abc");
  expect(used).toEqual(["original", "rotated-1"]);
  const kept = await stat(join(folder, "mytokens"));
  expect(kept.mode & 0o777).toBe(0o700);
});

test("mytoken: goes nowhere unencrypted", async () => {
  const env = { FEDCLOUD_MYTOKEN: "m", FEDCLOUD_MYTOKEN_SERVER: "http://mytoken.example" };
  await expect(source("mytoken", env).read(wanted)).rejects.toMatchObject({ code: "TOKEN_SOURCE_FAILED" });
});

test("EGI Notebooks: the mounted file is read anew each time", async () => {
  const { writeFile } = await import("node:fs/promises");
  const file = join(folder, "access_token");
  const mounted = source(`the file ${file}`, { SECRETS_MOUNT_PATH: `${folder}/` });
  expect(await mounted.isThere()).toBe(false);
  await writeFile(file, "one\n");
  expect(await mounted.read(wanted)).toBe("one\n");
  await writeFile(file, "two\n");
  expect(await mounted.read(wanted)).toBe("two\n");
});
