import { ListObjectsV2Command, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fillContainer, send, textOf } from "../harness/bulk.ts";
import { type Cloud, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { type SignedIn, signInAtKeystone } from "../harness/keystone.ts";

const objects = 50_000;
const names = Array.from({ length: objects }, (_, n) => String(n).padStart(6, "0"));

let home: Home;
let cloud: Cloud;
let person: SignedIn;
let s3: S3Client;

beforeAll(async () => {
  home = await makeHome();
  cloud = await startCloud({ env: home.env, args: ["--memory"] });
  person = await signInAtKeystone(cloud);
  const { access, secret } = await person.createKey();
  const credentials = { accessKeyId: access, secretAccessKey: secret };
  s3 = new S3Client({ endpoint: cloud.s3Endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  await fillContainer(`${cloud.storageUrl}/tmp`, person.token, objects);
}, 600_000);
afterAll(async () => {
  s3?.destroy();
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

test("50,000 keys are listed by S3 once each and in order", async () => {
  const found: (string | undefined)[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: "tmp" })) {
    found.push(...(page.Contents ?? []).map(({ Key }) => Key));
  }
  expect(found).toEqual(names);
});

test("a page from the middle starts behind the key asked for", async () => {
  const page = await s3.send(new ListObjectsV2Command({ Bucket: "tmp", StartAfter: "024999", MaxKeys: 3 }));
  expect(page.Contents?.map(({ Key }) => Key)).toEqual(["025000", "025001", "025002"]);
  expect(page.IsTruncated).toBe(true);
});

test("50,000 names are listed by Swift once each and in order", async () => {
  const found: string[] = [];
  for (let page: string[] = [""]; page.length > 0;) {
    const url = `${cloud.storageUrl}/tmp?limit=10000&marker=${found.at(-1) ?? ""}`;
    const text = await textOf(await send({ method: "GET", url, headers: { "x-auth-token": person.token } }));
    page = text.split("\n").filter((name) => name !== "");
    found.push(...page);
  }
  expect(found).toEqual(names);
});
