import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bothProtocols } from "./both-protocols.ts";
import { brokenConnections } from "./broken-connections.ts";
import type { Cloud } from "./clouds.ts";
import { copies } from "./copies.ts";
import { disconnecting } from "./disconnecting.ts";
import { leaving } from "./leaving.ts";
import { links } from "./links.ts";
import { objects } from "./objects.ts";
import { type Opening, publicRead } from "./public.ts";
import { traveller, type Traveller } from "./traveller.ts";

/**
 * What a person does from signing in to leaving, in that order, on one cloud. A step that fails takes those with it that
 * build on it.
 */
export function journey(name: string, start: () => Promise<Cloud>, opening: Opening): void {
  let cloud: Cloud;
  let on: Traveller;
  beforeAll(async () => {
    cloud = await start();
    on = traveller(cloud);
  });
  afterAll(async () => {
    await on[Symbol.asyncDispose]();
    await cloud[Symbol.asyncDispose]();
  });

  describe(`${name}: connecting`, () => {
    test("sign in by device code and PKCE", async () => {
      await on.session.signIn();
      expect((await on.session.person()).groups).toContainEqual(expect.objectContaining({ vo: "vo.pangeo.eu" }));
    });

    test("connect, with a token in hand and no keys: six requests, the last one signed", async () => {
      const { all } = await on.session.keys();
      for (const { accessKeyId } of all) await on.session.deleteKeys(accessKeyId);
      await using fresh = await freshlySignedIn(cloud, on);
      const { requests } = await fresh.counted(() => fresh.session.connect());
      expect(requests).toHaveLength(6);
      expect(requests.at(-1)).toBe("GET / 200");
    });

    test("connect again: one request", async () => {
      await on.session.connect();
      const { requests } = await on.counted(() => on.session.connect());
      expect(requests).toEqual(["GET / 200"]);
    });

    test("keys: those made are listed, and can be deleted", async () => {
      const { accessKeyId } = await on.session.createKeys();
      const ids = async (): Promise<string[]> => (await on.session.keys()).all.map((key) => key.accessKeyId);
      expect(await ids()).toContain(accessKeyId);
      expect(await on.session.deleteKeys(accessKeyId)).toBe(true);
      expect(await ids()).not.toContain(accessKeyId);
    });
  });

  describe(`${name}: objects by S3`, () => {
    objects("s3", () => on);
  });
  describe(`${name}: objects by Swift`, () => {
    objects("swift", () => on);
  });
  describe(`${name}: copies by S3`, () => {
    copies("s3", () => on);
  });
  describe(`${name}: copies by Swift`, () => {
    copies("swift", () => on);
  });
  describe(`${name}: both protocols`, () => {
    bothProtocols(() => on);
  });
  describe(`${name}: links and conditions`, () => {
    links(() => on);
  });
  describe(`${name}: public read`, () => {
    publicRead(() => on, opening);
  });
  describe(`${name}: broken connections by S3`, () => {
    brokenConnections("s3", () => on);
  });
  describe(`${name}: broken connections by Swift`, () => {
    brokenConnections("swift", () => on);
  });
  describe(`${name}: leaving`, () => {
    disconnecting(() => cloud);
    leaving(() => on);
  });
}

/** Another machine of the same person: signed in, nothing else remembered. */
async function freshlySignedIn(cloud: Cloud, on: Traveller): Promise<Traveller> {
  const fresh = traveller(cloud);
  const { token } = await on.session.accessToken();
  await fresh.session.adopt({ kind: "access", token, claims: {} }, "the journey");
  return fresh;
}
