import { expect, test } from "vitest";
import { signInAtKeystone } from "../harness/keystone.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { connectByDevice } from "../harness/sign-in.ts";

interface Pair {
  readonly access: string;
  readonly secret: string;
}

/** As `openstack ec2 credentials create` makes it, for a project of this person's. */
async function keyOf({ sandbox }: PersonAtSandbox, username: string, projectId = sandbox.projectId): Promise<Pair> {
  const { createKey } = await signInAtKeystone({ ...sandbox, projectId, token: () => sandbox.token(username) });
  return createKey();
}

const importing = (person: PersonAtSandbox, { access, secret }: Pair) =>
  person.run("keys import --profile sandbox", { stdin: `${access}\n${secret}\n` });

const lent = async (person: PersonAtSandbox): Promise<unknown> =>
  (JSON.parse((await person.run("credentials --profile sandbox")).stdout) as { AccessKeyId: unknown }).AccessKeyId;

test("a key of one's own, made elsewhere: taken into use like any other, and left at the site", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const pair = await keyOf(person, "alice");
  const imported = await importing(person, pair);
  expect(imported).toMatchObject({ code: 0, stderr: expect.stringContaining("project vo.pangeo.eu") as unknown });
  expect(await lent(person)).toBe(pair.access);
  expect((await person.run("connect sandbox")).stderr).toContain("the keys of before still work");
  expect((await person.run("keys list")).stdout).toContain(pair.access);
  await person.run("disconnect sandbox --delete-keys");
  expect(await importing(person, pair)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("fedbucket connect sandbox") as unknown,
  });
  await connectByDevice(person);
  expect(await lent(person)).toBe(pair.access);
});

test("a key that is somebody else's: used as long as the store takes it, and not replaced by one's own unasked", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const pair = await keyOf(person, "carla");
  expect((await importing(person, pair)).code).toBe(0);
  expect((await person.run("status")).stdout).toContain("imported");
  expect((await person.run("ls")).code).toBe(0);
  person.sandbox.deleteKey(pair.access);
  expect(await person.run("ls")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("fedbucket disconnect sandbox && fedbucket connect sandbox") as unknown,
  });
});

test("a key of another project: refused, naming it", async () => {
  await using person = await personAtSandbox();
  const stdin = await person.sandbox.token("carla");
  expect((await person.run("connect sandbox --project vo.pangeo.eu --token-file -", { stdin })).code).toBe(0);
  const before = await lent(person);
  const escience = "25f5aa2c69e140e1be947381b9c119bc";
  expect(await importing(person, await keyOf(person, "carla", escience))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`fedbucket connect sandbox --project ${escience}`) as unknown,
  });
  expect(await lent(person)).toBe(before);
});

test("a wrong secret: refused with the reason, and the keys of before stay", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const before = await lent(person);
  const pair = await keyOf(person, "alice");
  expect(await importing(person, { ...pair, secret: "wrong" })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("its secret is another one") as unknown,
  });
  expect(await lent(person)).toBe(before);
});
