import { afterAll, beforeAll, describe } from "vitest";
import { type Cloud, peerCloud } from "./clouds.ts";
import { connecting } from "./connecting.ts";
import { disconnecting } from "./disconnecting.ts";
import { leaving } from "./leaving.ts";
import { notChecked } from "./not-checked.ts";
import { traveller, type Traveller } from "./traveller.ts";
import { typed } from "./typed.ts";

let cloud: Cloud;
let on: Traveller;
beforeAll(async () => {
  cloud = await peerCloud("swiftPypi");
  on = traveller(cloud);
});
afterAll(() => on[Symbol.asyncDispose]());

describe("keystone-pypi: connecting", () => {
  connecting(
    () => cloud,
    () => on,
  );
  typed(() => cloud);
});
describe("keystone-pypi: a store that it checks no signatures for", () => {
  notChecked();
});
describe("keystone-pypi: leaving", () => {
  disconnecting(() => cloud);
  leaving(() => on);
});
