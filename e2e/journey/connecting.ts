import { expect, test } from "vitest";
import type { Cloud } from "./clouds.ts";
import { traveller, type Traveller } from "./traveller.ts";

/** From nothing to keys that sign, at a Keystone. */
export function connecting(at: () => Cloud, on: () => Traveller): void {
  test("sign in by device code and PKCE", async () => {
    await on().session.signIn();
    expect((await on().session.person()).groups).toContainEqual(expect.objectContaining({ vo: "vo.pangeo.eu" }));
  });

  test("connect, with a token in hand and no keys: six requests, the last one signed", async () => {
    const { all } = await on().session.keys();
    for (const { accessKeyId } of all) await on().session.deleteKeys(accessKeyId);
    await using fresh = await freshlySignedIn(at(), on());
    const { requests } = await fresh.counted(() => fresh.session.connect());
    expect(requests).toHaveLength(6);
    expect(requests.at(-1)).toBe("GET / 200");
  });

  test("connect again: one request", async () => {
    await on().session.connect();
    const { requests } = await on().counted(() => on().session.connect());
    expect(requests).toEqual(["GET / 200"]);
  });

  test("keys: those made are listed, and can be deleted", async () => {
    const { accessKeyId } = await on().session.createKeys();
    const ids = async (): Promise<string[]> => (await on().session.keys()).all.map((key) => key.accessKeyId);
    expect(await ids()).toContain(accessKeyId);
    expect(await on().session.deleteKeys(accessKeyId)).toBe(true);
    expect(await ids()).not.toContain(accessKeyId);
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
