import { setTimeout as wait } from "node:timers/promises";
import { send, textOf } from "../e2e/harness/bulk.ts";
import { type Cloud, freePorts, startCloud } from "../e2e/harness/cloud.ts";
import { makeHome } from "../e2e/harness/home.ts";
import { signInAtKeystone } from "../e2e/harness/keystone.ts";
import { presign } from "../e2e/harness/presign.ts";
import { medians, runProcess } from "./measure.ts";
import { ms, type Row } from "./report.ts";

/** From the start of `sandbox up` until discovery, Keystone and a signed ListBuckets have answered. */
export async function sandboxReady(): Promise<Row[]> {
  await using home = await makeHome();
  const port = await freePorts();
  const urls: string[] = [];
  {
    await using cloud = await startCloud({ env: home.env, port });
    const { access, secret } = await (await signInAtKeystone(cloud)).createKey();
    const keys = { accessKeyId: access, secretAccessKey: secret };
    urls.push(`${cloud.issuer}/.well-known/openid-configuration`, cloud.authUrl);
    urls.push(presign({ method: "GET", url: `${cloud.s3Endpoint}/`, ...keys }));
  }
  const times = await medians({
    node: { run: () => runProcess([process.execPath, "-e", "0"], home.env) },
    ready: {
      async run() {
        const began = performance.now();
        const starting: Promise<Cloud> = startCloud({ env: home.env, port });
        await Promise.all(urls.map(answered));
        const took = performance.now() - began;
        await (await starting)[Symbol.asyncDispose]();
        return took;
      },
    },
  });
  return [
    {
      name: "the sandbox is ready, of node -e 0",
      value: times.ready / times.node,
      unit: "x",
      target: { atMost: 12 },
      detail: `${ms(times.ready)} until discovery, /v3 and a signed ListBuckets answered; node -e 0 ${ms(times.node)}`,
    },
  ];
}

async function answered(url: string): Promise<void> {
  for (;;) {
    try {
      return void (await textOf(await send({ method: "GET", url })));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") throw error;
      await wait(2);
    }
  }
}
