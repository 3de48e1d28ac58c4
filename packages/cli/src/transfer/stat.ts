import { Failure, visible } from "@fedbucket/client";
import { formatAddress, parseObject } from "../address.ts";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions } from "../data/accounts.ts";

/** `stat`: everything a store tells about objects. */
export async function stat(context: Context, texts: readonly string[], options: DataOptions): Promise<void> {
  const open = accountsOf(context, options);
  for (const address of texts.map(parseObject)) {
    const store = (await open(address)).bucket(address.bucket);
    const { key: _, kind: __, ...info } = await store.stat(address.key, { signal: context.signal });
    const name = formatAddress(address);
    if (options.json === true) {
      context.stdout.write(`${JSON.stringify({ key: name, ...info })}\n`);
      continue;
    }
    const rows: [string, string][] = [
      ["address", name],
      ["bytes", String(info.bytes)],
      ["modified", info.modifiedAt.toISOString()],
      ["etag", info.etag],
      ...(info.contentType === undefined ? [] : [["type", info.contentType] as [string, string]]),
      ...Object.entries(info.metadata ?? {}).map(([key, value]): [string, string] => [key, visible(value)]),
    ];
    context.stdout.write(`${rows.map(([key, value]) => `${key.padEnd(10)} ${value}`).join("\n")}\n`);
  }
}

export const noBucket = (text: string): Failure =>
  new Failure("BAD_ADDRESS", "usage", `${text} names no bucket`, { cure: ["Write it like this: s3://bucket"] });
