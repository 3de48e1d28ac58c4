import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "./clouds.ts";
import { type Machine, machineAt } from "./machine.ts";
import { traveller } from "./traveller.ts";

const own = "# mine\n[profile work]\nregion = eu-west-1\n";
const configured = ["rclone", "gdal", "duckdb", "dask"];

/** The command's own way in and out, on a machine where nothing else was ever done. */
export function disconnecting(at: () => Cloud): void {
  // Not the one whose session makes the rest of the journey: whoever leaves with --delete-keys takes their own keys along.
  const hasKeystone = (): boolean => at().settings.sts === undefined;
  const carla = (): Pick<Cloud, "settings" | "person"> => ({
    settings: { ...at().settings, ...(hasKeystone() && { project: "vo.pangeo.eu" }) },
    person: { ...at().person, username: "carla" },
  });
  beforeAll(async () => {
    if (hasKeystone()) await deleteAllKeys(carla());
  });

  test("connect, configure, disconnect --delete-keys: the files are what they were, the keys gone", async () => {
    await using machine = await machineAt(carla());
    const { home, fedbucket } = machine;
    await mkdir(join(home.folder, ".aws"));
    await writeFile(join(home.folder, ".aws/config"), own);
    await machine.connect();
    const { AccessKeyId, SecretAccessKey } = await lent(machine);
    for (const tool of configured) await fedbucket(`configure ${tool}`);
    const before = Object.values(await filesIn(home.folder)).join("\n");
    expect(before).toContain(SecretAccessKey);
    if (hasKeystone()) expect(await keysOf(carla())).toEqual([AccessKeyId]);

    const { stderr } = await fedbucket("disconnect journey --delete-keys");
    const { ".aws/config": config, ".aws/config.before-fedbucket": backup, ...left } = await filesIn(home.folder);
    expect([config, backup]).toEqual([own, own]);
    const texts = Object.values(left).join("\n");
    for (const secret of [AccessKeyId, SecretAccessKey, "eyJ"]) expect(texts).not.toContain(secret);
    for (const file of Object.keys(left)) expect(file).toMatch(/^fedbucket\/(config\/config\.toml|cache\/)/);
    if (hasKeystone()) expect(await keysOf(carla())).toEqual([]);
    else expect(stderr).toContain("The keys lent for it end by themselves");
  });
}

async function lent({ fedbucket }: Machine): Promise<Record<"AccessKeyId" | "SecretAccessKey", string>> {
  return JSON.parse((await fedbucket("credentials --profile journey")).stdout) as Awaited<ReturnType<typeof lent>>;
}

/** Texts by path. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return Object.fromEntries(files.map((file, at) => [file.slice(folder.length + 1), texts[at] ?? ""]));
}

/** As the server has them. */
async function keysOf(whose: Pick<Cloud, "settings" | "person">): Promise<readonly string[]> {
  await using elsewhere = traveller(whose);
  await elsewhere.session.signIn();
  return (await elsewhere.session.keys()).all.map((key) => key.accessKeyId);
}

async function deleteAllKeys(whose: Pick<Cloud, "settings" | "person">): Promise<void> {
  await using elsewhere = traveller(whose);
  await elsewhere.session.signIn();
  for (const { accessKeyId } of (await elsewhere.session.keys()).all) await elsewhere.session.deleteKeys(accessKeyId);
}
