import { afterAll, beforeAll, describe } from "vitest";
import { bothProtocols } from "./both-protocols.ts";
import { brokenConnections } from "./broken-connections.ts";
import type { Cloud } from "./clouds.ts";
import { connecting } from "./connecting.ts";
import { copies } from "./copies.ts";
import { disconnecting } from "./disconnecting.ts";
import { leaving } from "./leaving.ts";
import { links } from "./links.ts";
import { objects } from "./objects.ts";
import { type Opening, publicRead } from "./public.ts";
import { traveller, type Traveller } from "./traveller.ts";
import { typed } from "./typed.ts";

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
    connecting(
      () => cloud,
      () => on,
    );
    typed(() => cloud);
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
