import { expect, test } from "vitest";
import { allButOne, asLendingStore, deny, everybodyReads, othersBucket, setPolicy } from "../harness/buckets.ts";
import { faultSwitch } from "../harness/faults.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { connectByDevice } from "../harness/sign-in.ts";

interface Told {
  readonly ok: boolean;
  readonly broken?: { readonly code: string; readonly message: string; readonly cure: readonly string[] };
  readonly links: readonly { readonly link: string; readonly allowed?: boolean; readonly code?: string }[];
}

async function doctor(person: PersonAtSandbox, words: string): Promise<Told> {
  const { stdout, stderr } = await person.run(`doctor --json ${words}`);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Told;
}

const deeds = ["List", "Get", "Put", "Delete", "Unsigned list", "Unsigned get"];

/** What the store let be done; the last two are unsigned. */
const allowed = ({ links }: Told): string =>
  links.flatMap(({ link, allowed }) => (deeds.includes(link) && allowed === true ? [link] : [])).join(", ");

async function personWithData(fault?: Parameters<typeof personAtSandbox>[0]): Promise<PersonAtSandbox> {
  const person = await personAtSandbox(fault);
  await connectByDevice(person);
  await person.write("data.txt", "some bytes");
  expect((await person.run("cp data.txt s3://tmp/dir/data.txt")).code).toBe(0);
  return person;
}

test.each<[string, string, (person: PersonAtSandbox) => Promise<void>, string, string]>([
  ["that is not there", "no-such-bucket", async () => {}, "BUCKET_NOT_THERE", ""],
  ["of another project", "brunos", (person) => othersBucket(person, "brunos"), "BUCKET_DENIED", ""],
  [
    "whose objects may be read by name",
    "tmp/dir/data.txt",
    (person) => setPolicy(person, "tmp", deny("s3:ListBucket")),
    "BUCKET_LIST_DENIED",
    "Get, Put, Delete",
  ],
  [
    "whose objects may not be read",
    "tmp",
    (person) => setPolicy(person, "tmp", deny("s3:GetObject")),
    "BUCKET_GET_DENIED",
    "List, Put, Delete",
  ],
  [
    "that may not be written",
    "tmp",
    (person) => setPolicy(person, "tmp", deny("s3:PutObject")),
    "BUCKET_WRITE_DENIED",
    "List, Get",
  ],
  [
    "in which nothing may be removed",
    "tmp",
    (person) => setPolicy(person, "tmp", deny("s3:DeleteObject")),
    "BUCKET_WRITE_DENIED",
    "List, Get, Put",
  ],
  [
    "that everybody may read, but for the person's project",
    "tmp",
    (person) => setPolicy(person, "tmp", ...allButOne(person)),
    "BUCKET_PUBLIC_BUT_SIGNED_REFUSED",
    "Unsigned list, Unsigned get",
  ],
])("a bucket %s: doctor says so, and what is allowed", async (_, place, prepare, code, may) => {
  await using person = await personWithData();
  await prepare(person);
  const told = await doctor(person, `--bucket ${place} --write`);
  expect(told.broken?.code).toBe(code);
  expect(allowed(told)).toBe(may);
  expect(told.broken?.cure.join("\n")).toMatch(/fedbucket|aws /);
});

test("a bucket of one's own: everything with the keys, nothing without, and nothing stays behind", async () => {
  await using person = await personWithData();
  const told = await doctor(person, "--bucket s3://tmp/dir/ --write");
  expect(told.ok).toBe(true);
  expect(allowed(told)).toBe("List, Get, Put, Delete");
  expect((await person.run("ls s3://tmp/dir/")).stdout.trim().split("\n")).toHaveLength(1);
});

test("a public bucket: what everybody may do is told", async () => {
  await using person = await personWithData();
  await setPolicy(person, "tmp", everybodyReads);
  const told = await doctor(person, "--bucket sandbox:tmp");
  expect(told.ok).toBe(true);
  expect(allowed(told)).toBe("List, Get, Unsigned list, Unsigned get");
});

test("nothing is written unless it was asked for", async () => {
  await using person = await personWithData();
  person.forgetRequests();
  expect((await doctor(person, "--bucket tmp")).ok).toBe(true);
  expect(person.requests.filter((line) => /^(PUT|DELETE) \/tmp/.test(line))).toEqual([]);
  const { code, stderr } = await person.run("doctor --write");
  expect([code, stderr]).toEqual([2, expect.stringContaining("--bucket NAME --write")]);
});

test("a quota that is full", async () => {
  const breaker = faultSwitch();
  await using person = await personWithData({ fault: breaker.fault });
  breaker.break("store: the quota is full");
  const told = await doctor(person, "--bucket tmp --write");
  expect(told.broken?.code).toBe("BUCKET_QUOTA");
  expect(allowed(told)).toBe("List, Get");
});

test("keys that are refused: they come first, and the bucket is tried without them", async () => {
  const breaker = faultSwitch();
  await using person = await personWithData({ fault: breaker.fault });
  await setPolicy(person, "tmp", everybodyReads);
  breaker.break("store: refuses the keys");
  const told = await doctor(person, "--bucket tmp --write");
  expect(told.broken?.code).toBe("KEYS_REFUSED");
  expect(allowed(told)).toBe("Unsigned list, Unsigned get");
});

test("a store that lends keys: its refusals name the rule of prefixes, in doctor and in any other command", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  await othersBucket(person, "brunos");
  await person.write("data.txt", "some bytes");
  await asLendingStore(person);
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  const examined = await person.run("doctor lends --json --bucket brunos", { env });
  const { links } = JSON.parse(examined.stdout) as Told;
  expect(links.find(({ link }) => link === "List")?.code).toBe("BUCKET_PREFIX_RULE");
  const { code, stderr } = await person.run("cp data.txt lends:brunos/data.txt");
  expect([code, stderr]).toEqual([4, expect.stringContaining("fedbucket mb lends:USERNAME-brunos")]);
});
