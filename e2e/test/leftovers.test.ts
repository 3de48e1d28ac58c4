import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { personAtSandbox, type PersonAtSandbox } from "../harness/person.ts";

const old = "[default]\naws_access_key_id = AKIALEFTOVER0001\naws_secret_access_key = leftover\n";

const connect = async (person: PersonAtSandbox, options = "", answer?: boolean): ReturnType<PersonAtSandbox["run"]> =>
  person.run(`connect sandbox --token-file - ${options}`, {
    stdin: await person.sandbox.token(),
    ...(answer === undefined
      ? {}
      : {
          prompt: {
            secret: () => Promise.reject(new Error("not asked")),
            choose: () => Promise.reject(new Error("not asked")),
            confirm: async () => answer,
          },
        }),
  });

test("leftover keys, nobody to ask: they stay, are named without their secret, and the cure is printed", async () => {
  await using person = await personAtSandbox();
  await person.write(".aws/credentials", old);
  const { code, stderr } = await connect(person);
  expect(stderr).toMatch(/the key AKIA…0001 in \[default\] of .*\.aws\/credentials would win/);
  expect(stderr).toContain("--move-leftovers");
  expect(code).toBe(0);
  expect(await person.read(".aws/credentials")).toBe(old);
  expect(await person.read(".aws/config")).not.toContain("[default]");
});

test("leftover keys and --move-leftovers: moved into a private file, and the default is lent", async () => {
  await using person = await personAtSandbox();
  await person.write(".aws/credentials", `${old}[work]\naws_access_key_id = AKIAWORK\n`);
  const { code } = await connect(person, "--move-leftovers");
  expect(code).toBe(0);
  expect(await person.read(".aws/credentials")).toBe("[work]\naws_access_key_id = AKIAWORK\n");
  expect(await person.read(".aws/config")).toContain("[default]");
  const moved = ".aws/credentials.moved-by-fedbucket";
  expect(await person.read(moved)).toBe(old);
  expect((await stat(join(person.home, moved))).mode & 0o777).toBe(0o600);
});

test("leftover keys, asked: no leaves them, yes moves them", async () => {
  await using person = await personAtSandbox();
  await person.write(".aws/credentials", old);
  await connect(person, "", false);
  expect(await person.read(".aws/credentials")).toBe(old);
  await connect(person, "", true);
  expect(await person.read(".aws/credentials")).toBeUndefined();
  expect(await person.read(".aws/config")).toContain("[default]");
});

test("leftover keys in a profile of the same name: refused before any request, and moved when agreed to", async () => {
  await using person = await personAtSandbox();
  await person.write(".aws/credentials", old.replace("default", "sandbox"));
  person.forgetRequests();
  const refused = await connect(person);
  expect(refused.stderr).toContain("--move-leftovers");
  expect(refused.code).toBe(2);
  expect((await connect(person, "--move-leftovers")).code).toBe(0);
  expect(await person.read(".aws/credentials")).toBeUndefined();
});

test("configure aws --move-leftovers does the same later", async () => {
  await using person = await personAtSandbox();
  await connect(person);
  await person.write(".aws/credentials", old);
  const { code, stderr } = await person.run("configure aws --move-leftovers");
  expect(stderr).toContain("credentials.moved-by-fedbucket");
  expect(code).toBe(0);
  expect(await person.read(".aws/credentials")).toBeUndefined();
});

test("disconnect takes back what configure wrote, too", async () => {
  await using person = await personAtSandbox();
  await connect(person);
  const own = "[mine]\ntype = local\n";
  await person.write(".config/rclone/rclone.conf", own);
  for (const tool of ["rclone", "gdal", "duckdb", "clouds.yaml", "dask"]) await person.run(`configure ${tool}`);
  expect(await person.read(".config/rclone/rclone.conf")).toContain("[sandbox]");
  expect((await person.run("disconnect sandbox")).code).toBe(0);
  expect(await person.read(".config/rclone/rclone.conf")).toBe(own);
  for (const file of [
    ".gdal/gdalrc",
    "fedbucket/config/duckdb.sql",
    ".config/openstack/clouds.yaml",
    "fedbucket_dask.py",
  ])
    expect(await person.read(file)).toBeUndefined();
});
