import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countEqual, peakGrowthMiB, send, steps, textOf } from "../harness/bulk.ts";
import { type Cloud, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { signInAtKeystone } from "../harness/keystone.ts";
import { presign } from "../harness/presign.ts";

const bytes = 5 * 1024 ** 3;

let home: Home;
let cloud: Cloud;

beforeAll(async () => {
  home = await makeHome();
  cloud = await startCloud({ env: home.env });
});
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

test("5 GiB go in by one PUT and come back the same, and the sandbox grows by less than 150 MiB", async () => {
  const { access, secret } = await (await signInAtKeystone(cloud)).createKey();
  const url = `${cloud.s3Endpoint}/tmp/five-gib`;
  const signed = (method: "GET" | "PUT") => presign({ method, url, accessKeyId: access, secretAccessKey: secret });
  const growth = await peakGrowthMiB(cloud.pid, async () => {
    const body = Readable.from(steps(bytes));
    await textOf(await send({ method: "PUT", url: signed("PUT"), headers: { "content-length": bytes }, body }));
    expect(await countEqual(await send({ method: "GET", url: signed("GET") }), bytes)).toBe(bytes);
  });
  expect(growth).toBeLessThan(150);
}, 900_000);
