import { Readable } from "node:stream";
import { countEqual, peakGrowthMiB, send, steps, textOf } from "../e2e/harness/bulk.ts";
import { startCloud } from "../e2e/harness/cloud.ts";
import { makeHome } from "../e2e/harness/home.ts";
import { signInAtKeystone } from "../e2e/harness/keystone.ts";
import { presign } from "../e2e/harness/presign.ts";
import { ms, type Row } from "./report.ts";

const bytes = 5 * 1024 ** 3;

/** How much the sandbox grows while one object of 5 GiB goes in and comes out again. */
export async function memory(): Promise<Row[]> {
  await using home = await makeHome();
  await using cloud = await startCloud({ env: home.env });
  const { access, secret } = await (await signInAtKeystone(cloud)).createKey();
  const url = `${cloud.s3Endpoint}/tmp/five-gib`;
  const signed = (method: "GET" | "PUT") => presign({ method, url, accessKeyId: access, secretAccessKey: secret });
  const took = { put: 0, get: 0 };
  const growth = await peakGrowthMiB(cloud.pid, async () => {
    took.put = performance.now();
    const body = Readable.from(steps(bytes));
    await textOf(await send({ method: "PUT", url: signed("PUT"), headers: { "content-length": bytes }, body }));
    took.put = performance.now() - took.put;
    took.get = performance.now();
    const equal = await countEqual(await send({ method: "GET", url: signed("GET") }), bytes);
    took.get = performance.now() - took.get;
    if (equal !== bytes) throw new Error(`only ${equal} bytes came back as they went in`);
  });
  return [
    {
      name: "peak memory for a 5 GiB object",
      value: growth,
      unit: "MiB",
      target: { atMost: 150 },
      detail: `above what the sandbox held before; one PUT in ${ms(took.put)}, one GET in ${ms(took.get)}, synced to disk`,
    },
  ];
}
