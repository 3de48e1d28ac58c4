import { expect, test } from "vitest";
import { keystonePypiAt } from "../peers/addresses.ts";
import { connectAsAdmin, type KeystoneAdmin, type Named } from "../peers/keystone-admin.ts";
import { collect } from "./bytes.ts";
import { carlaAt, type Cloud, peerCloud } from "./clouds.ts";
import { deleteAllKeys } from "./keys-elsewhere.ts";
import { traveller, type Traveller } from "./traveller.ts";

const forOperator = expect.stringMatching(
  /support.*127\.0\.0\.1.*role `service`|operator.*127\.0\.0\.1.*role `service`/,
);

/** A store that Keystone checks no signatures for: its operator has something to do, and nobody else. */
export function notChecked(): void {
  test("s3token without a service user: refused, saying what the site's operator must set; Swift works", async () => {
    await using on = await signedIn(await peerCloud("swiftOutdated"));
    await deleteAllKeys(carlaAt(await peerCloud("swiftOutdated")));
    const refusal = { code: "KEYS_NOT_CHECKED", kind: "failed", cure: expect.arrayContaining([forOperator]) };
    await expect(on.session.connect()).rejects.toMatchObject(refusal);
    await expect(on.session.connect()).rejects.toMatchObject(refusal);
    expect((await on.session.keys()).all).toHaveLength(1);
    await expect(collect((await on.session.account("swift")).listBuckets())).resolves.toBeInstanceOf(Array);
  });

  test("a service user that loses its role, and gets it back: refused with the cure, then the same keys work", async () => {
    await using on = await signedIn(await peerCloud("swiftPypi"));
    const { keys } = await on.session.connect();
    const list = async (): Promise<unknown[]> => collect((await on.session.account("s3")).listBuckets());
    const giveBack = await takeServiceRole();
    try {
      await expect(list()).rejects.toMatchObject({ code: "KEYS_REFUSED", cure: expect.arrayContaining([forOperator]) });
      const findings = await on.session.examine(() => {});
      expect(findings.find(({ state }) => state === "broken")).toMatchObject({
        link: "Keys",
        problem: { code: "KEYS_REFUSED" },
      });
    } finally {
      await giveBack();
    }
    await list();
    expect((await on.session.state()).keys?.accessKeyId).toBe(keys.accessKeyId);
  });
}

async function signedIn(cloud: Cloud): Promise<Traveller> {
  const on = traveller(carlaAt(cloud));
  await on.session.signIn();
  return on;
}

/** Swift's own user stays signed in, with a role that lets it do nothing at Keystone. */
async function takeServiceRole(): Promise<() => Promise<void>> {
  const admin = await connectAsAdmin(keystonePypiAt);
  const [project, user] = [await idOf(admin, "projects", "service"), await idOf(admin, "users", "swift")];
  const [service, reader] = [await idOf(admin, "roles", "service"), await idOf(admin, "roles", "reader")];
  const assignment = `/projects/${project}/users/${user}/roles`;
  await admin.call("PUT", `${assignment}/${reader}`);
  await admin.call("DELETE", `${assignment}/${service}`);
  return async () => {
    await admin.call("PUT", `${assignment}/${service}`);
    await admin.call("DELETE", `${assignment}/${reader}`);
  };
}

async function idOf(admin: KeystoneAdmin, collection: string, name: string): Promise<string> {
  const found = (await admin.call("GET", `/${collection}?name=${name}`))[collection] as readonly Named[];
  return found[0]?.id ?? "";
}
