import { describe } from "vitest";
import { bothProtocols } from "./both-protocols.ts";
import { brokenConnections } from "./broken-connections.ts";
import type { Cloud } from "./clouds.ts";
import { travelling, workByS3 } from "./common.ts";
import { connecting } from "./connecting.ts";
import { copies } from "./copies.ts";
import { disconnecting } from "./disconnecting.ts";
import { leaving } from "./leaving.ts";
import { objects } from "./objects.ts";
import { type Opening, publicRead } from "./public.ts";
import type { Traveller } from "./traveller.ts";
import { typed } from "./typed.ts";

/**
 * What a person does from signing in to leaving, in that order, on one cloud. A step that fails takes those with it that
 * build on it.
 *
 * @param own Of this cloud alone, before leaving.
 */
export function journey(
  name: string,
  start: () => Promise<Cloud>,
  opening: Opening,
  own?: (cloud: () => Cloud, on: () => Traveller) => void,
): void {
  const { cloud, on } = travelling(start);

  describe(`${name}: connecting`, () => {
    connecting(cloud, on);
    typed(cloud);
  });

  workByS3(name, on);
  describe(`${name}: objects by Swift`, () => {
    objects("swift", on);
  });
  describe(`${name}: copies by Swift`, () => {
    copies("swift", on);
  });
  describe(`${name}: both protocols`, () => {
    bothProtocols(on);
  });
  describe(`${name}: public read`, () => {
    publicRead(on, opening);
  });
  describe(`${name}: broken connections by Swift`, () => {
    brokenConnections("swift", on);
  });
  own?.(cloud, on);
  describe(`${name}: leaving`, () => {
    disconnecting(cloud);
    leaving(on);
  });
}
