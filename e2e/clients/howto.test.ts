import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { firstRow, howtoBlocks, putIn } from "./howto.ts";
import { clientsPath } from "./openstack.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { debianClient, pythonClient } from "./tools.ts";

let home: Home;
let cloud: Cloud;
let terminal: Terminal;
const { commands, tables } = howtoBlocks();

beforeAll(async () => {
  home = await makeHome(clientsPath());
  cloud = await startCloud({ env: home.env, args: ["--memory"] });
  terminal = openTerminal(home);
});
afterAll(async () => {
  await terminal?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

/** Types the how-to's next block; it must succeed. */
async function next(substitutions: Record<string, string> = {}): Promise<string> {
  const block = putIn(commands[at++] ?? "", substitutions);
  const { code, stdout, stderr } = await terminal.type(block);
  expect(code, `${block}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}
let at = 0;

describe("the how-to, block after block in one terminal", () => {
  test("mamba create, pip install: the environment is requirements.txt here, and has what this block installs", () => {
    const block = commands[at++] ?? "";
    expect(block.startsWith("mamba create") && block.endsWith("pip install fedcloudclient")).toBe(true);
    for (const name of ["fedcloud", "openstack", "aws"]) expect(pythonClient(name)).toContain(name);
  });

  test("export OIDC_ACCESS_TOKEN: the placeholder goes with its backticks, which a shell would run", async () => {
    expect(await next({ "`<your_token>`": await cloud.token() })).toBe("");
  });

  test("fedcloud token check says until when the token is valid", async () => {
    expect(await next()).toMatch(/^Token is valid until .* UTC\nToken expires in \d+ seconds$/m);
  });

  test("openstack container list prints the how-to's own table", async () => {
    const stdout = await next({
      "https://identity.cloud.muni.cz/v3": cloud.authUrl,
      "https://object-store.cloud.muni.cz/swift/v1": cloud.storageUrl,
    });
    expect(stdout.trim()).toBe(tables[0]);
    expect(cloud.projectId, "the how-to's project id is kept").toBe("57102d3e06b7476088fe4924370ae170");
  });

  test("openstack token issue -c id -f value prints a token", async () => {
    expect((await next()).trim()).toMatch(/^\S{32,}$/);
  });

  test("openstack ec2 credentials list: nothing listed", async () => {
    expect((await next()).trim()).toBe("");
  });

  test("openstack ec2 credentials create", async () => {
    expect(await next()).toMatch(/\| access +\| \w{32} /);
  });

  test("openstack ec2 credentials list, then aws configure set with what it shows", async () => {
    const list = await next();
    expect(list.split("\n")[1]).toBe(tables[1]?.split("\n")[1]);
    const [access = "", secret = "", project] = firstRow(list);
    expect(project).toBe(cloud.projectId);
    await next({ x1xx: access, x2xx: secret });
    expect(await readFile(join(home.folder, ".aws/credentials"), "utf8")).toContain(access);
  });

  test("no block of the how-to is left", () => {
    expect(at).toBe(commands.length);
  });
});

describe.each([
  { name: "AWS CLI v1 of PyPI", aws: () => pythonClient("aws") },
  { name: "AWS CLI v2 of Debian", aws: () => debianClient("aws") },
])("$name with the how-to's keys and --endpoint-url", ({ aws }) => {
  test("s3 ls shows the buckets", async () => {
    const { code, stdout } = await terminal.type(`${aws()} s3 ls --endpoint-url ${cloud.s3Endpoint}`);
    expect(code).toBe(0);
    const buckets = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/).at(-1));
    expect(buckets).toEqual(["WG1", "input-data", "test-gey", "test-slv", "tmp"]);
  });
});
