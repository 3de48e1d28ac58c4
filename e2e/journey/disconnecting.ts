import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { carlaAt, type Cloud } from "./clouds.ts";
import { deleteAllKeys, hasKeystone, keysOf } from "./keys-elsewhere.ts";
import { type Machine, machineAt } from "./machine.ts";

const own = "# mine\n[profile work]\nregion = eu-west-1\n";
const configured = ["rclone", "gdal", "duckdb", "dask"];

/** The command's own way in and out, on a machine where nothing else was ever done. */
export function disconnecting(at: () => Cloud): void {
  const inTheEnd = (): string => (hasKeystone(at()) ? "To come back" : "The keys lent for it end by themselves");
  beforeAll(async () => deleteAllKeys(carlaAt(at())));

  test("connect, configure, disconnect --delete-keys: the files are what they were, the keys gone", async () => {
    const carla = carlaAt(at());
    await using machine = await machineAt(carla);
    const { folder } = machine.home;
    await mkdir(join(folder, ".aws"));
    await writeFile(join(folder, ".aws/config"), own);
    await machine.connect();
    const { AccessKeyId, SecretAccessKey } = await lent(machine);
    for (const tool of configured) await machine.fedbucket(`configure ${tool}`);
    expect(Object.values(await filesIn(folder)).join("\n")).toContain(SecretAccessKey);
    expect(await keysOf(carla)).toEqual(hasKeystone(carla) ? [AccessKeyId] : []);

    expect((await machine.fedbucket("disconnect journey --delete-keys")).stderr).toContain(inTheEnd());
    const { ".aws/config": config, ".aws/config.before-fedbucket": backup, ...left } = await filesIn(folder);
    expect([config, backup]).toEqual([own, own]);
    const texts = Object.values(left).join("\n");
    for (const secret of [AccessKeyId, SecretAccessKey, "eyJ"]) expect(texts).not.toContain(secret);
    for (const file of Object.keys(left)) expect(file).toMatch(/^fedbucket\/(config\/config\.toml|cache\/)/);
    expect(await keysOf(carla)).toEqual([]);
  });
}

async function lent(machine: Machine): Promise<Record<"AccessKeyId" | "SecretAccessKey", string>> {
  return JSON.parse((await machine.fedbucket("credentials --profile journey")).stdout) as Awaited<
    ReturnType<typeof lent>
  >;
}

/** Texts by path. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return Object.fromEntries(files.map((file, at) => [file.slice(folder.length + 1), texts[at] ?? ""]));
}
