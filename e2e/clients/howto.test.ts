import { readFile, writeFile } from "node:fs/promises";
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
  { name: "AWS CLI v1 of PyPI", aws: () => pythonClient("aws"), bucket: "from-aws-v1" },
  { name: "AWS CLI v2 of Debian", aws: () => debianClient("aws"), bucket: "from-aws-v2" },
])("$name with the how-to's keys and --endpoint-url", ({ aws, bucket }) => {
  const s3 = async (line: string) => {
    const { code, stdout, stderr } = await terminal.type(`${aws()} s3 ${line} --endpoint-url ${cloud.s3Endpoint}`);
    expect(code, `aws s3 ${line}\n${stdout}${stderr}`).toBe(0);
    return stdout;
  };

  test("ls shows the buckets", async () => {
    const buckets = (await s3("ls")).trim().split("\n");
    expect(buckets.map((line) => line.split(/\s+/).at(-1))).toEqual(
      expect.arrayContaining(["WG1", "input-data", "test-gey", "test-slv", "tmp"]),
    );
  });

  test("mb makes a bucket, with a region set", async () => {
    await terminal.type(`${aws()} configure set region us-east-1`);
    expect(await s3(`mb s3://${bucket}`)).toBe(`make_bucket: ${bucket}\n`);
  });

  test("cp up, ls, cp down, rm", async () => {
    const text = `°C and ∂T/∂t, ${bucket}\n`.repeat(5000);
    const [up, down] = [join(home.folder, "up.txt"), join(home.folder, "down.txt")];
    await writeFile(up, text);
    await s3(`cp ${up} "s3://${bucket}/a folder/sst é.txt"`);
    expect(await s3(`ls "s3://${bucket}/a folder/"`)).toMatch(new RegExp(`${Buffer.byteLength(text)} sst é\\.txt`));
    await s3(`cp "s3://${bucket}/a folder/sst é.txt" ${down}`);
    expect(await readFile(down, "utf8")).toBe(text);
    await s3(`rm "s3://${bucket}/a folder/sst é.txt"`);
    expect(await s3(`ls s3://${bucket} --recursive`)).toBe("");
  });

  test("cp of 20 MiB goes up in parts and comes back the same", async () => {
    await terminal.type(`head -c 20971520 /dev/urandom > big.bin`);
    await s3(`cp big.bin s3://${bucket}/big.bin`);
    await s3(`cp s3://${bucket}/big.bin back.bin`);
    expect((await terminal.type("cmp big.bin back.bin")).code).toBe(0);
  });

  test("sync up and down, and a copy inside the store", async () => {
    await terminal.type(`rm -rf tree && mkdir -p tree/a/b && for n in 1 2 3; do echo $n > tree/a/b/$n.txt; done`);
    await s3(`sync tree s3://${bucket}/tree`);
    await s3(`cp s3://${bucket}/tree/a/b/1.txt s3://${bucket}/copied.txt`);
    await s3(`sync s3://${bucket}/tree tree-back-${bucket}`);
    expect((await terminal.type(`diff -r tree tree-back-${bucket}`)).code).toBe(0);
    expect(await s3(`cp s3://${bucket}/copied.txt -`)).toBe("1\n");
  });

  test("presign gives a link that needs no keys", async () => {
    await s3(`cp s3://${bucket}/big.bin s3://${bucket}/link.bin`);
    const url = (await s3(`presign s3://${bucket}/link.bin`)).trim();
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBe(20_971_520);
  });

  test("rb --force removes everything in it and the bucket", async () => {
    await s3(`rb s3://${bucket} --force`);
    expect(await s3("ls")).not.toContain(bucket);
  });

  test("a missing key and a missing bucket are named in words", async () => {
    const missing = await terminal.type(`${aws()} s3 cp s3://tmp/nowhere x --endpoint-url ${cloud.s3Endpoint}`);
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toMatch(/404|Not Found/);
    const bucketless = await terminal.type(
      `${aws()} s3 ls s3://no-such-bucket-here --endpoint-url ${cloud.s3Endpoint}`,
    );
    expect(bucketless.code).not.toBe(0);
    expect(bucketless.stderr).toContain("NoSuchBucket");
  });
});
