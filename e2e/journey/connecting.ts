import { Secret } from "@fedbucket/client";
import { expect, test } from "vitest";
import type { Cloud } from "./clouds.ts";
import { connectingAgain, signingIn } from "./common.ts";
import { traveller, type Traveller } from "./traveller.ts";

/** From nothing to keys that sign, at a Keystone. */
export function connecting(at: () => Cloud, on: () => Traveller): void {
  signingIn(on);

  test("connect, with a token in hand and no keys: six requests, the last one signed", async () => {
    const { all } = await on().session.keys();
    for (const { accessKeyId } of all) await on().session.deleteKeys(accessKeyId);
    await using fresh = await freshlySignedIn(at(), on());
    const { requests } = await fresh.counted(() => fresh.session.connect());
    expect(requests).toHaveLength(6);
    expect(requests.at(-1)).toBe("GET / 200");
  });

  connectingAgain(on);

  test("keys: those made are listed, and can be deleted, in a request each", async () => {
    const made = await on().counted(() => on().session.createKeys());
    const listed = await on().counted(() => on().session.keys());
    const deleted = await on().counted(() => on().session.deleteKeys(made.value.accessKeyId));
    for (const { requests } of [made, listed, deleted]) expect(requests).toHaveLength(1);
    const key = expect.objectContaining({ accessKeyId: made.value.accessKeyId }) as unknown;
    expect(listed.value.all).toContainEqual(key);
    expect(deleted.value).toBe(true);
    expect((await on().session.keys()).all).not.toContainEqual(key);
  });

  test("keys import: a pair made elsewhere is proven, and used from then on; one with a wrong secret is not taken", async () => {
    const { accessKeyId, secretAccessKey } = await on().session.createKeys();
    await using fresh = await freshlySignedIn(at(), on());
    const wrong = { accessKeyId, secretAccessKey: new Secret("not-the-secret") };
    await expect(fresh.session.importKeys(wrong)).rejects.toMatchObject({ code: "KEYS_IMPORT_REFUSED" });
    expect((await fresh.session.state()).keys).toBeUndefined();
    const { requests } = await fresh.counted(() => fresh.session.importKeys({ accessKeyId, secretAccessKey }));
    expect(requests).toHaveLength(5);
    expect(requests.at(-1)).toBe("GET / 200");
    expect((await fresh.session.lendable()).keys.accessKeyId).toBe(accessKeyId);
    await on().session.deleteKeys(accessKeyId);
  });

  test("doctor: every link there is works", async () => {
    const findings = await on().session.examine(() => {});
    expect(findings.map(({ link, state }) => [link, state])).toEqual(
      ["Clock", "Check-in", "Membership", "Keystone", "Project", "Endpoint", "Keys", "Store"].map((link) => [
        link,
        "ok",
      ]),
    );
  });
}

/** Another machine of the same person: signed in, nothing else remembered. */
async function freshlySignedIn(cloud: Cloud, on: Traveller): Promise<Traveller> {
  const fresh = traveller(cloud);
  const { token } = await on.session.accessToken();
  await fresh.session.adopt({ kind: "access", token, claims: {} }, "the journey");
  return fresh;
}
