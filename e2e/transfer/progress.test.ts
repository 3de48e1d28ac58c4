/** What a transfer tells of its progress, over lines that break. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createHttp, type Side, s3Account, usualRetries } from "@fedbucket/client";
import { diskFolder, nodeCrypto, nodeTransport } from "@fedbucket/client/node";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeKeys, scopedToken } from "../test/stores.ts";
import { copyDirectly } from "./direct.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { writeTree } from "./trees.ts";

const MiB = 1024 ** 2;
/** Three parts and a file that goes in one piece. */
const files = { big: randomBytes(40 * MiB), whole: randomBytes(5 * MiB) };
const bytes = 45 * MiB;

let me: Traveller;
let fault: (event: FaultEvent) => Fault | undefined = () => undefined;
beforeEach(async () => {
  fault = () => undefined;
  me = await traveller({ fault: (event) => (event.listener === "objects" ? fault(event) : undefined) });
  await writeTree(me.at("data"), files);
});
afterEach(async () => await me[Symbol.asyncDispose]());

async function store(prefix: string): Promise<Side> {
  const keys = await makeKeys(me.sandbox, await scopedToken(me.sandbox));
  const sleep = async (): Promise<void> => {};
  const http = createHttp({
    transport: nodeTransport(),
    now: () => new Date(),
    mayReceiveBearer: () => false,
    retry: { ...usualRetries, sleep },
  });
  const endpoint = { url: me.sandbox.s3Endpoint, region: me.sandbox.region };
  const account = s3Account({ http, endpoint, credentials: async () => keys, crypto: nodeCrypto() });
  return { kind: "store", store: account.bucket("moved"), bucket: "moved", prefix, account: prefix };
}

const folder = (name: string): Side => ({ kind: "folder", folder: diskFolder(me.at(name)) });

/** Copies, and gives the sum of what was told each time. */
async function sumsOf(source: Side, destination: Side): Promise<readonly number[]> {
  const sums: number[] = [];
  const onBytes = (more: number): void => void sums.push((sums.at(-1) ?? 0) + more);
  const sleep = async (): Promise<void> => {};
  const { failed } = await copyDirectly(source, destination, { journal: me.at("journal"), sleep, onBytes });
  expect(failed).toBe(0);
  return sums;
}

/** Strikes the second and the fourth time that something is sent or asked for. */
function breakTwice(isMeant: (event: FaultEvent) => boolean, what: Fault): void {
  let count = 0;
  fault = (event) => (isMeant(event) && [2, 4].includes(++count) ? what : undefined);
}

const isUpload = ({ moment, request }: FaultEvent): boolean => moment === "request" && request.method === "PUT";
const isDownload = ({ moment, request }: FaultEvent): boolean =>
  moment === "response" && request.method === "GET" && request.path.startsWith("/moved/");

test("up, down and across, whatever has to be sent again: never more than there is, and all of it in the end", async () => {
  breakTwice(isUpload, { resetAfterUploadBytes: MiB });
  const up = await sumsOf(folder("data"), await store("up/"));
  breakTwice(isDownload, { cutAfterBytes: MiB });
  const down = await sumsOf(await store("up/"), folder("back"));
  breakTwice(isDownload, { cutAfterBytes: MiB });
  const across = await sumsOf(await store("up/"), await store("across/"));
  for (const sums of [up, down, across]) {
    expect(Math.max(...sums)).toBe(bytes);
    expect(Math.min(...sums)).toBeGreaterThanOrEqual(0);
    expect(sums.at(-1)).toBe(bytes);
    expect(sums.length).toBeGreaterThan(100);
  }
  for (const [name, content] of Object.entries(files))
    expect(Buffer.compare(await readFile(me.at(`back/${name}`)), content)).toBe(0);
});
