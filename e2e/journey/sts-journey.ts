import { randomBytes } from "node:crypto";
import { Secret } from "@fedbucket/client";
import { describe, expect, test } from "vitest";
import { collect } from "./bytes.ts";
import type { Cloud } from "./clouds.ts";
import { connectingAgain, signingIn, travelling, workByS3 } from "./common.ts";
import { disconnecting } from "./disconnecting.ts";
import type { OwnNames } from "./objects.ts";
import { publicRead } from "./public.ts";
import { traveller, type Traveller } from "./traveller.ts";

const dayMs = 24 * 3600_000;

/** A store that lends keys itself. */
export interface StsCloud extends Cloud {
  /** As if made in its console. */
  readonly consoleKey: { readonly accessKeyId: string; readonly secretAccessKey: Secret };
}

/**
 * What a person does from signing in to leaving where there is no Keystone, in that order.
 *
 * @param own Of this store alone, before leaving.
 */
export function stsJourney(
  name: string,
  start: () => Promise<StsCloud>,
  ownNames: OwnNames = {},
  own?: (cloud: () => StsCloud, on: () => Traveller) => void,
): void {
  const { cloud, on } = travelling(start);

  /** Another machine of the same person: signed in, nothing else remembered. */
  async function elsewhere(settings = {}, clock?: () => Date): Promise<Traveller> {
    const fresh = traveller({ ...cloud(), settings: { ...cloud().settings, ...settings } }, clock && { clock });
    await fresh.session.signIn();
    return fresh;
  }

  /** Somebody signed in as at the store's console. */
  async function byGroups(username: string): Promise<Traveller> {
    const { roleArn: _, ...settings } = cloud().settings;
    const person = { ...cloud().person, username };
    const there = traveller({ settings: { ...settings, clientId: "minio" }, person });
    await there.session.signIn();
    return there;
  }

  describe(`${name}: connecting`, () => {
    signingIn(on);

    test("connect, signed in already: the store is asked for keys, and they are proven", async () => {
      await using fresh = await elsewhere();
      const { requests, value } = await fresh.counted(() => fresh.session.connect());
      expect(requests).toEqual(["POST / 200", "GET / 200"]);
      expect(value).toMatchObject({ remembered: false, keys: { sessionToken: expect.any(Secret) } });
      expect(Date.parse(value.keys.lent?.expiresAt ?? "")).toBeGreaterThan(Date.now());
    });

    connectingAgain(on);

    test("keys are lent without a request while they are fresh, and asked for anew once when they are not", async () => {
      let now = Date.now();
      await using later = await elsewhere({}, () => new Date(now));
      const { keys } = await later.session.connect();
      expect((await later.counted(() => later.session.lendable())).requests).toEqual([]);
      now = Date.parse(keys.lent?.renewAt ?? "");
      const all = (): Promise<unknown> => Promise.all(Array.from({ length: 20 }, () => later.session.lendable()));
      const { requests } = await later.counted(all);
      expect(requests).toEqual(["POST / 200", "GET / 200"]);
      expect((await later.session.lendable()).keys.accessKeyId).not.toBe(keys.accessKeyId);
    });

    test("keys that have expired are not used: the listing works with new ones", async () => {
      let now = Date.now();
      await using later = await elsewhere({}, () => new Date(now));
      await later.session.connect();
      now += 30 * dayMs;
      const account = await later.session.account();
      const { requests } = await later.counted(() => collect(account.listBuckets()));
      expect(requests).toEqual(["POST / 200", "GET / 200", "GET / 200"]);
    });

    test("the role for our client is found where nobody names it, and not looked for again", async () => {
      let now = Date.now();
      await using unnamed = await elsewhere({ roleArn: undefined }, () => new Date(now));
      const { requests, value } = await unnamed.counted(() => unnamed.session.connect());
      expect(requests).toEqual(["POST / 400", "POST / 200", "GET / 200"]);
      expect(value.keys.lent?.foundRoleArn).toBe(cloud().settings.roleArn);
      expect((await unnamed.counted(() => unnamed.session.connect())).requests).toEqual(["GET / 200"]);
      now = Date.parse(value.keys.lent?.renewAt ?? "");
      expect((await unnamed.counted(() => unnamed.session.lendable())).requests).toEqual(["POST / 200", "GET / 200"]);
    });

    test("a client that the store has no role for: refused, saying what the operator must set", async () => {
      await using refused = await elsewhere({ roleArn: undefined, clientId: "oidc-agent" });
      await expect(refused.session.connect()).rejects.toMatchObject({
        code: "STS_REFUSES_CLIENT",
        message: expect.stringContaining('the client "oidc-agent"') as unknown,
        cure: expect.arrayContaining([
          "  MINIO_IDENTITY_OPENID_CLIENT_ID_FEDBUCKET=oidc-agent",
          `  MINIO_IDENTITY_OPENID_CONFIG_URL_FEDBUCKET=${cloud().settings.issuer}/.well-known/openid-configuration`,
          "fedbucket keys import --profile journey",
        ]) as unknown,
      });
    });

    test("by the store's own client, without a role: rights go by groups", async () => {
      await using carla = await byGroups("carla");
      await carla.session.connect();
      const account = await carla.session.account();
      const name = `escience-journey-${randomBytes(4).toString("hex")}`;
      await account.createBucket(name);
      await account.removeBucket(name);
      await expect(account.createBucket("alice-not-carlas")).rejects.toMatchObject({ code: "STORE_DENIED" });
    });

    test("somebody for whose groups the store has no policy is told so", async () => {
      await using dmitri = await byGroups("dmitri");
      await expect(dmitri.session.connect()).rejects.toMatchObject({ code: "STS_NO_POLICY" });
    });

    test("a token that is none: another is asked for, which works", async () => {
      await using forged = traveller(cloud());
      const token = new Secret("eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl");
      await forged.session.adopt({ kind: "access", token, claims: {} }, "a forger");
      const { requests } = await forged.counted(() => forged.session.connect());
      expect(requests.filter((request) => request.startsWith("POST / "))).toEqual(["POST / 400", "POST / 200"]);
    });

    test("an access token alone, which names no client: said so, with the way to an ID token", async () => {
      await using handed = traveller(cloud());
      const { token } = await on().session.accessToken();
      await handed.session.adopt({ kind: "access", token, claims: {} }, "OIDC_ACCESS_TOKEN");
      await expect(handed.session.connect()).rejects.toMatchObject({
        code: "STS_NEEDS_ID_TOKEN",
        cure: expect.arrayContaining(["fedbucket login journey && fedbucket connect journey"]) as unknown,
      });
    });

    test("an access key of the console: imported, proven, lent without an end", async () => {
      await using imported = await elsewhere();
      const { requests } = await imported.counted(() => imported.session.importKeys(cloud().consoleKey));
      expect(requests).toEqual(["GET / 200"]);
      const { keys } = await imported.session.lendable();
      expect([keys.accessKeyId, keys.lent, keys.sessionToken]).toEqual([
        cloud().consoleKey.accessKeyId,
        undefined,
        undefined,
      ]);
      const { value } = await imported.counted(() => imported.session.connect());
      expect(value).toMatchObject({ remembered: true, keys: { accessKeyId: cloud().consoleKey.accessKeyId } });
    });

    test("an access key with a wrong secret is not taken", async () => {
      await using imported = await elsewhere();
      const pair = { ...cloud().consoleKey, secretAccessKey: new Secret("not-the-secret") };
      await expect(imported.session.importKeys(pair)).rejects.toMatchObject({ code: "KEYS_IMPORT_REFUSED" });
      expect((await imported.session.state()).keys).toBeUndefined();
    });

    test("doctor: every link there is works", async () => {
      const findings = await on().session.examine(() => {});
      expect(findings.map(({ link, state }) => [link, state])).toEqual(
        ["Clock", "Check-in", "Membership", "STS", "Endpoint", "Keys", "Store"].map((link) => [link, "ok"]),
      );
    });

    test("what only Keystone has is said not to be there", async () => {
      await expect(on().session.account("swift")).rejects.toMatchObject({ code: "NO_KEYSTONE" });
      await expect(on().session.keys()).rejects.toMatchObject({ code: "NO_KEYSTONE" });
    });

    test("a bucket of another name than the person's own is refused", async () => {
      const account = await on().session.account();
      await expect(account.createBucket("journey-of-nobody")).rejects.toMatchObject({ code: "STORE_DENIED" });
    });
  });

  workByS3(name, on, ownNames);
  describe(`${name}: public read`, () => {
    publicRead(on, { "a bucket policy": "s3" });
  });
  own?.(cloud, on);
  describe(`${name}: leaving`, () => {
    disconnecting(cloud);

    test("log out, forget: nothing is remembered", async () => {
      await on().session.logout();
      await on().session.forget();
      const { login, keys } = await on().session.state();
      expect([login, keys]).toEqual([undefined, undefined]);
    });
  });
}
