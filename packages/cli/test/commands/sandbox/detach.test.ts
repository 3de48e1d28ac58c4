import { existsSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { freePort, Stage } from "./stage.ts";

// Each of these starts processes of its own.
vi.setConfig({ testTimeout: 60_000 });

test("up --detach returns when it is ready and outlives the command; down waits; people stay", async () => {
  await using stage = await Stage.set();
  const port = String(await freePort());
  const started = await stage.run(["sandbox", "up", "--detach", "--port", port]);
  expect(started).toMatchObject({ code: 0, stderr: "" });
  expect(started.stdout).toContain("The sandbox is up.");
  const first = JSON.parse((await stage.run(["sandbox", "status", "--json"])).stdout) as Record<string, unknown>;
  expect((await fetch(String(first["authUrl"]))).status).toBe(200);
  const down = await stage.run(["sandbox", "down"]);
  expect(down.code).toBe(0);
  await expect(fetch(String(first["authUrl"]))).rejects.toThrow(TypeError);
  expect(existsSync(join(stage.home, "state", "sandbox.json"))).toBe(false);
  const again = await stage.run(["sandbox", "up", "--detach", "--json", "--port", port]);
  expect(JSON.parse(again.stdout)).toMatchObject({ passphrase: first["passphrase"], issuer: first["issuer"] });
});

test("up --detach passes its settings on, and tells why it cannot start", async () => {
  await using stage = await Stage.set();
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  const { code, stderr } = await stage.run(["sandbox", "up", "--detach", "--memory", "--port", String(port)]);
  expect(code).toBe(1);
  expect(stderr).toContain(`port ${port} is in use`);
  other.close();
  const args = ["--memory", "--no-device-grant", "--access-token-seconds", "60", "--port", String(port)];
  const started = await stage.run(["sandbox", "up", "--detach", "--json", ...args]);
  const { issuer, folder } = JSON.parse(started.stdout) as { issuer: string; folder: unknown };
  expect(folder).toBeNull();
  const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).text();
  expect(discovery).not.toContain("device_authorization_endpoint");
  const [, payload = ""] = (await stage.run(["sandbox", "token"])).stdout.split(".");
  const { iat, exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { iat: number; exp: number };
  expect(exp - iat).toBe(60);
});

test("reset stops it and starts people and objects anew", async () => {
  await using stage = await Stage.set();
  const port = String(await freePort());
  const first = await stage.run(["sandbox", "up", "--detach", "--json", "--port", port]);
  expect((await stage.run(["sandbox", "reset", "--yes"])).code).toBe(0);
  expect((await stage.run(["sandbox", "status"])).code).toBe(5);
  expect(existsSync(join(stage.home, "data", "sandbox"))).toBe(false);
  const second = await stage.run(["sandbox", "up", "--detach", "--json", "--port", port]);
  const passphrase = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { passphrase: string }).passphrase;
  expect(passphrase(second)).not.toBe(passphrase(first));
});
