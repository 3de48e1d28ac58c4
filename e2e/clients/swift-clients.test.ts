import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { mustRun } from "../harness/run.ts";
import { clientsPath, openstackEnv, openstackJson, s3Env } from "./openstack.ts";
import { debianClient, pythonClient } from "./tools.ts";

let home: Home;
let cloud: Cloud;
/** Swift clients other than openstackclient take a Keystone token and the storage URL. */
let env: Record<string, string>;
let openstack: Record<string, string>;

beforeAll(async () => {
  home = await makeHome(clientsPath());
  cloud = await startCloud({ env: home.env, args: ["--memory"] });
  openstack = await openstackEnv(cloud, home);
  const { id } = await openstackJson<{ id: string }>(["token", "issue"], openstack);
  env = { ...home.env, OS_AUTH_TOKEN: id, OS_STORAGE_URL: cloud.storageUrl };
  await writeFile(join(home.folder, "small.txt"), "from swift\n");
});
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

const swift = async (...args: string[]) =>
  (await mustRun([pythonClient("swift"), ...args], { env, cwd: home.folder })).stdout;

describe("python-swiftclient", () => {
  test("list shows the account's containers", async () => {
    expect((await swift("list")).trim().split("\n")).toEqual(["WG1", "input-data", "test-gey", "test-slv", "tmp"]);
  });

  test("post, upload with metadata, stat, list, download", async () => {
    await swift("post", "swift-made", "--header", "X-Container-Meta-Course: eScience");
    expect(await swift("stat", "swift-made")).toMatch(/Meta Course: eScience/);
    await swift(
      "upload",
      "swift-made",
      "small.txt",
      "--object-name",
      "dir/small é.txt",
      "--header",
      "X-Object-Meta-Station: Brest",
    );
    expect(await swift("stat", "swift-made", "dir/small é.txt")).toMatch(
      /Content Length: 11[\s\S]*Meta Station: Brest/,
    );
    expect(await swift("list", "swift-made", "--prefix", "dir/")).toBe("dir/small é.txt\n");
    expect(await swift("list", "swift-made", "--delimiter", "/")).toBe("dir/\n");
    await swift("download", "swift-made", "dir/small é.txt", "--output", "back.txt");
    expect(await readFile(join(home.folder, "back.txt"), "utf8")).toBe("from swift\n");
  });

  test("what Swift wrote, S3 reads; what S3 wrote, Swift lists", async () => {
    const keys = { env: await s3Env(cloud, home), cwd: home.folder };
    const s3 = async (...args: string[]) =>
      (await mustRun([debianClient("aws"), "--endpoint-url", cloud.s3Endpoint, "s3", ...args], keys)).stdout;
    expect(await s3("cp", "s3://swift-made/dir/small é.txt", "-")).toBe("from swift\n");
    await s3("cp", "small.txt", "s3://swift-made/from-s3");
    expect((await swift("list", "swift-made")).trim().split("\n")).toEqual(["dir/small é.txt", "from-s3"]);
  });

  test("delete the objects and the container", async () => {
    await swift("delete", "swift-made");
    expect(await swift("list")).not.toContain("swift-made");
  });
});

describe("openstackclient", () => {
  test("container create, object create, list, save, delete", async () => {
    const run = (...args: string[]) =>
      mustRun([pythonClient("openstack"), ...args], { env: openstack, cwd: home.folder });
    await run("container", "create", "osc-made");
    await run("object", "create", "osc-made", "small.txt");
    expect(await openstackJson(["object", "list", "osc-made"], openstack)).toEqual([{ Name: "small.txt" }]);
    await run("object", "save", "osc-made", "small.txt", "--file", "osc-back.txt");
    expect(await readFile(join(home.folder, "osc-back.txt"), "utf8")).toBe("from swift\n");
    await run("container", "delete", "--recursive", "osc-made");
  });
});

describe("application credentials of openstackclient", () => {
  test("one is made, works without a login, and ends when it is deleted", async () => {
    const { id, secret } = await openstackJson<{ id: string; secret: string }>(
      ["application", "credential", "create", "batch", "--role", "member"],
      openstack,
    );
    const { OS_AUTH_URL: url = "" } = openstack;
    const alone = {
      ...home.env,
      OS_AUTH_URL: url,
      OS_AUTH_TYPE: "v3applicationcredential",
      OS_APPLICATION_CREDENTIAL_ID: id,
      OS_APPLICATION_CREDENTIAL_SECRET: secret,
    };
    const containers = await openstackJson<{ Name: string }[]>(["container", "list"], alone);
    expect(containers.map(({ Name }) => Name)).toContain("input-data");
    const names = await openstackJson<{ Name: string }[]>(["application", "credential", "list"], openstack);
    expect(names.map(({ Name }) => Name)).toEqual(["batch"]);
    await mustRun([pythonClient("openstack"), "application", "credential", "delete", id], { env: openstack });
    await expect(openstackJson(["token", "issue"], alone)).rejects.toThrow("Could not find Application Credential");
  });
});

describe("rclone over Swift", () => {
  test("copy, check, lsf, purge", async () => {
    const conf = join(home.folder, "rclone.conf");
    await writeFile(conf, "[cloud]\ntype = swift\nenv_auth = true\n");
    const rclone = async (...args: string[]) =>
      (await mustRun([debianClient("rclone"), `--config=${conf}`, ...args], { env, cwd: home.folder })).stdout;
    const tree = join(home.folder, "tree");
    await mustRun(["/bin/sh", "-c", `mkdir -p '${tree}/a b' && echo 1 > '${tree}/a b/é' && echo 2 > '${tree}/two'`], {
      env,
    });
    await rclone("mkdir", "cloud:rclone-swift");
    await rclone("copy", tree, "cloud:rclone-swift/tree");
    await rclone("check", tree, "cloud:rclone-swift/tree");
    expect((await rclone("lsf", "-R", "--files-only", "cloud:rclone-swift")).trim().split("\n").sort()).toEqual([
      "tree/a b/é",
      "tree/two",
    ]);
    await rclone("purge", "cloud:rclone-swift");
    expect(await rclone("lsf", "cloud:")).not.toContain("rclone-swift");
  });
});
