import { fillContainer, send, textOf } from "../e2e/harness/bulk.ts";
import { startCloud } from "../e2e/harness/cloud.ts";
import { makeHome } from "../e2e/harness/home.ts";
import { signInAtKeystone } from "../e2e/harness/keystone.ts";
import { presign } from "../e2e/harness/presign.ts";
import { medians } from "./measure.ts";
import { type Row, thousands } from "./report.ts";

const sizes = { few: 5_000, many: 50_000 };

/** Whether a listing costs the same per key however many keys there are: ListObjectsV2, 1000 keys a page. */
export async function listing(): Promise<Row[]> {
  await using home = await makeHome();
  await using cloud = await startCloud({ env: home.env });
  const { token, createKey } = await signInAtKeystone(cloud);
  const { access, secret } = await createKey();
  for (const [name, objects] of Object.entries(sizes)) {
    const url = `${cloud.storageUrl}/listed-${name}`;
    await textOf(await send({ method: "PUT", url, headers: { "x-auth-token": token, "content-length": 0 } }));
    await fillContainer(url, token, objects);
  }
  const list = async (name: keyof typeof sizes): Promise<void> => {
    let keys = 0;
    for (let next: string | undefined = ""; next !== undefined;) {
      const after: string = next === "" ? "" : `&continuation-token=${encodeURIComponent(next)}`;
      const url = `${cloud.s3Endpoint}/listed-${name}?list-type=2${after}`;
      const signed = presign({ method: "GET", url, accessKeyId: access, secretAccessKey: secret });
      const page = await textOf(await send({ method: "GET", url: signed }));
      keys += page.split("<Key>").length - 1;
      next = /<NextContinuationToken>(.*?)</.exec(page)?.[1];
    }
    if (keys !== sizes[name]) throw new Error(`listed ${keys} keys of ${sizes[name]}`);
  };
  const times = await medians({ few: { run: () => list("few") }, many: { run: () => list("many") } });
  const rate = (name: keyof typeof sizes): number => (sizes[name] / times[name]) * 1000;
  return [
    {
      name: "keys per second listing 50,000, of 5,000",
      value: rate("many") / rate("few"),
      unit: "x",
      target: { atLeast: 0.5 },
      detail: `${thousands(rate("many"))} keys/s; ${thousands(rate("few"))} keys/s`,
    },
  ];
}
