import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { brokenConnections } from "./broken-connections.ts";
import type { Cloud } from "./clouds.ts";
import { copies } from "./copies.ts";
import { links } from "./links.ts";
import { objects, type OwnNames } from "./objects.ts";
import { partChecksums } from "./part-checksums.ts";
import { traveller, type Traveller } from "./traveller.ts";

/** Brings the cloud up for a file's tests, and somebody to travel it. */
export function travelling<C extends Cloud>(start: () => Promise<C>): { cloud: () => C; on: () => Traveller } {
  let cloud: C;
  let on: Traveller;
  beforeAll(async () => {
    cloud = await start();
    on = traveller(cloud);
  });
  afterAll(async () => {
    await on[Symbol.asyncDispose]();
    await cloud[Symbol.asyncDispose]();
  });
  return { cloud: () => cloud, on: () => on };
}

/** The first step of each journey. */
export function signingIn(on: () => Traveller): void {
  test("sign in by device code and PKCE", async () => {
    await on().session.signIn();
    expect((await on().session.person()).groups).toContainEqual(expect.objectContaining({ vo: "vo.pangeo.eu" }));
  });
}

export function connectingAgain(on: () => Traveller): void {
  test("connect again: one request", async () => {
    await on().session.connect();
    const { requests } = await on().counted(() => on().session.connect());
    expect(requests).toEqual(["GET / 200"]);
  });
}

/** Whatever every S3 can do. */
export function workByS3(name: string, on: () => Traveller, ownNames?: OwnNames): void {
  describe(`${name}: objects by S3`, () => {
    objects("s3", on, ownNames);
  });
  describe(`${name}: copies by S3`, () => {
    copies("s3", on);
  });
  describe(`${name}: checksums of parts`, () => {
    partChecksums(on);
  });
  describe(`${name}: links and conditions`, () => {
    links(on);
  });
  describe(`${name}: broken connections by S3`, () => {
    brokenConnections("s3", on);
  });
}
