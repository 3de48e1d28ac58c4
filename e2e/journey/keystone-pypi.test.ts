import { describe } from "vitest";
import { keystonePypi } from "../peers/keystone-pypi.ts";
import { peerCloud } from "./clouds.ts";
import { travelling } from "./common.ts";
import { connecting } from "./connecting.ts";
import { disconnecting } from "./disconnecting.ts";
import { keystoneTroubles } from "./keystone-troubles.ts";
import { leaving } from "./leaving.ts";
import { notChecked } from "./not-checked.ts";
import { typed } from "./typed.ts";

const { cloud, on } = travelling(() => peerCloud("swiftPypi"));

describe("keystone-pypi: connecting", () => {
  connecting(cloud, on);
  typed(cloud);
});
describe("keystone-pypi: a store that it checks no signatures for", () => {
  notChecked();
});
describe("keystone-pypi: troubles of Keystone", () => {
  keystoneTroubles(keystonePypi, cloud);
});
describe("keystone-pypi: leaving", () => {
  disconnecting(cloud);
  leaving(on);
});
