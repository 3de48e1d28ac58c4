import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tools } from "../../src/tools/index.ts";
import type { Connection, Machine } from "../../src/tools/tool.ts";

let home: string;
let machine: Machine;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fedbucket-tools-"));
  machine = { env: { HOME: home, FEDBUCKET_HOME: join(home, "fedbucket") }, home, cwd: home };
});
afterEach(() => rm(home, { recursive: true }));

const connection = (profile: string): Connection => ({
  profile,
  s3Url: `https://${profile}.example.org`,
  region: "us-east-1",
  openstack: {
    url: "https://keystone.example.org/v3",
    identityProvider: "egi.eu",
    protocol: "openid",
    projectId: "p1",
  },
});

const files: Readonly<Record<string, string>> = {
  rclone: ".config/rclone/rclone.conf",
  gdal: ".gdal/gdalrc",
  "clouds.yaml": ".config/openstack/clouds.yaml",
};

const text = (path: string): Promise<string | undefined> => readFile(join(home, path), "utf8").catch(() => undefined);

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), content);
}

const tool = (name: string): (typeof tools)[number] => {
  const found = tools.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return found;
};

test.each([
  ["rclone", "[mine]\ntype = local"],
  ["rclone", "# first\r\n\r\n[mine]\r\ntype = local\r\n"],
  ["gdal", "[configoptions]\nGDAL_CACHEMAX=10"],
  ["gdal", "# mine\r\n[configoptions]\r\n"],
  ["clouds.yaml", "# mine\nclouds:\n\n  # the first\n  mine:\n    auth: {}\n"],
  ["clouds.yaml", "cache: {}\nclouds:"],
  ["clouds.yaml", "cache: {}\r\nclouds:\r\n    mine:\r\n        region_name: x\r\n"],
  ["clouds.yaml", "# nothing here yet\n"],
])("%s: %j is byte for byte what it was after --undo", async (name, own) => {
  const path = files[name] ?? "";
  await write(path, own);
  await tool(name).configure(machine, connection("pangeo.v2"));
  expect(await text(path)).toContain("pangeo.v2");
  expect((await tool(name).configure(machine, connection("pangeo.v2"))).changed).toBe(false);
  await tool(name).undo(machine, "pangeo.v2");
  expect(await text(path)).toBe(own);
});

test.each(Object.keys(files))("%s: a file that was not there is not there after --undo", async (name) => {
  await tool(name).configure(machine, connection("pangeo"));
  await tool(name).undo(machine, "pangeo");
  expect(await text(files[name] ?? "")).toBeUndefined();
});

test.each(["rclone", "clouds.yaml"])("%s: two connections stand side by side, and one is taken back", async (name) => {
  const path = files[name] ?? "";
  await tool(name).configure(machine, connection("one"));
  const first = await text(path);
  await tool(name).configure(machine, connection("two"));
  await tool(name).undo(machine, "two");
  expect(await text(path)).toBe(first);
});

test("gdal has one endpoint: the connection configured last has it", async () => {
  await tool("gdal").configure(machine, connection("one"));
  await tool("gdal").configure(machine, connection("two"));
  expect(await text(".gdal/gdalrc")).not.toContain("one.example.org");
  expect((await tool("gdal").undo(machine, "one")).changed).toBe(false);
});

test("an encrypted rclone.conf is left as it is", async () => {
  const own = "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nabc=\n";
  await write(files["rclone"] ?? "", own);
  await expect(tool("rclone").configure(machine, connection("pangeo"))).rejects.toMatchObject({
    code: "TOOL_FILE_ENCRYPTED",
  });
  expect(await text(files["rclone"] ?? "")).toBe(own);
});
