import { allButOne, asLendingStore, deny, othersBucket, setPolicy } from "../harness/buckets.ts";
import type { PersonAtSandbox } from "../harness/person.ts";
import { type Breakage, type Breakages, after, connecting, withToken } from "./breakage.ts";

/** Looks at the bucket `tmp` with an object in it, after this was done to it. */
const inBucket = (prepare: (person: PersonAtSandbox) => Promise<void>, place = "tmp"): Breakage => ({
  connected: true,
  async arrange(person) {
    await person.write("data.txt", "some bytes");
    await person.run("cp data.txt s3://tmp/dir/data.txt");
    await prepare(person);
  },
  words: `doctor sandbox --write --bucket ${place}`,
});

const inUse = async (person: PersonAtSandbox): Promise<string> =>
  (JSON.parse((await person.run("credentials --profile sandbox")).stdout) as { AccessKeyId: string }).AccessKeyId;

export const store: Breakages<"keys" | "store" | "bucket"> = {
  KEYS_BAD_NAME: { connected: true, words: "keys delete !!" },
  KEYS_NONE: {
    connected: true,
    arrange: async (person) => void (await person.run(`keys delete ${await inUse(person)}`)),
    words: "doctor sandbox",
  },
  KEYS_DELETED: {
    connected: true,
    arrange: async (person) => void person.sandbox.deleteKey(await inUse(person)),
    words: "doctor sandbox",
  },
  KEYS_OTHER_PROJECT: {
    async arrange(person) {
      const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token("carla") };
      await person.run("connect sandbox", { env });
      const config = 'format = 1\n[profiles.sandbox]\nsite = "sandbox"\nproject = "vo.pangeo.eu-escience"\n';
      await person.write("fedbucket/config/config.toml", config);
      return { env };
    },
    words: "doctor sandbox",
  },
  KEYS_NOT_FOUND: { connected: true, words: `keys delete ${"0".repeat(32)}` },
  KEYS_FORBIDDEN: after("keys create", "keystone: forbids making keys"),
  KEYS_REFUSED: after("ls", "store: refuses the keys"),
  KEYS_NOT_CHECKED: connecting("store: refuses the keys"),
  KEYS_MEMBERSHIP_NOT_KEPT: { ...withToken("connect sandbox"), sandbox: { authorizationTtlSeconds: 0 } },
  KEYS_IMPORT_REFUSED: { words: "keys import --profile sandbox-minio", stdin: "AKIA1234 wrong" },
  KEYS_BAD_IMPORT: { words: "keys import --profile sandbox-minio", stdin: "AKIA1234" },

  STORE_BUSY: after("ls", "store: overloaded"),

  BUCKET_NOT_THERE: inBucket(async () => {}, "no-such-bucket"),
  BUCKET_DENIED: inBucket((person) => othersBucket(person, "brunos"), "brunos"),
  BUCKET_PREFIX_RULE: {
    connected: true,
    async arrange(person) {
      await othersBucket(person, "brunos");
      await asLendingStore(person);
    },
    words: "doctor lends --bucket brunos",
  },
  BUCKET_LIST_DENIED: inBucket((person) => setPolicy(person, "tmp", deny("s3:ListBucket")), "tmp/dir/data.txt"),
  BUCKET_GET_DENIED: inBucket((person) => setPolicy(person, "tmp", deny("s3:GetObject"))),
  BUCKET_WRITE_DENIED: inBucket((person) => setPolicy(person, "tmp", deny("s3:PutObject"))),
  BUCKET_PUBLIC_BUT_SIGNED_REFUSED: inBucket((person) => setPolicy(person, "tmp", ...allButOne(person))),
  BUCKET_QUOTA: { ...inBucket(async () => {}), fault: "store: the quota is full" },
};
