import { Failure, listSide, type ObjectInfo, visible } from "@fedbucket/client";
import { type BucketAddress, formatAddress, parseObject } from "../address.ts";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions, type OpenAccount } from "../data/accounts.ts";
import { meansMany, openTree } from "./tree.ts";

/** Objects that are asked about at once. */
const askedAtOnce = 16;

/** `stat`: everything a store tells about objects, in the order of their names where a pattern means many. */
export async function stat(context: Context, texts: readonly string[], options: DataOptions): Promise<void> {
  const open = accountsOf(context, options);
  texts.forEach(parseObject);
  for (const text of texts) {
    for await (const group of addressesOf(context, open, text, options)) {
      const infos = await Promise.all(
        group.map(async (address) => {
          const store = (await open(address)).bucket(address.bucket);
          return await store.stat(address.key, { signal: context.signal });
        }),
      );
      for (const [at, address] of group.entries()) {
        const info = infos[at];
        if (info !== undefined) tell(context, formatAddress(address), info, options);
      }
    }
  }
}

async function* addressesOf(
  context: Context,
  open: OpenAccount,
  text: string,
  options: DataOptions,
): AsyncGenerator<readonly BucketAddress[]> {
  const address = parseObject(text);
  if (!(await meansMany(open, text))) {
    yield [address];
    return;
  }
  const { signal } = context;
  const { side, filter } = await openTree(context, open, text, { ...options, takesGlob: true });
  const prefix = side.kind === "store" ? side.prefix : "";
  let found = 0;
  for await (const page of listSide(side, { filter, onProblem: () => {}, withoutMarkers: false, signal })) {
    found += page.length;
    for (let at = 0; at < page.length; at += askedAtOnce)
      yield page.slice(at, at + askedAtOnce).map(({ key }) => ({ ...address, key: prefix + key }));
  }
  if (found === 0) throw noMatch(text);
}

function tell({ stdout }: Context, name: string, found: ObjectInfo, options: DataOptions): void {
  const { key: _, kind: __, ...info } = found;
  if (options.json === true) return void stdout.write(`${JSON.stringify({ key: name, ...info })}\n`);
  const rows: [string, string][] = [
    ["address", name],
    ["bytes", String(info.bytes)],
    ["modified", info.modifiedAt.toISOString()],
    ["etag", info.etag],
    ...(info.contentType === undefined ? [] : [["type", info.contentType] as [string, string]]),
    ...Object.entries(info.metadata ?? {}).map(([key, value]): [string, string] => [key, visible(value)]),
  ];
  stdout.write(`${rows.map(([key, value]) => `${key.padEnd(10)} ${value}`).join("\n")}\n`);
}

const noMatch = (text: string): Failure =>
  new Failure("STORE_NOT_FOUND", "not-found", `nothing fits the pattern ${visible(text)}`, {
    cure: [`See what is there: fedbucket ls --recursive ${visible(text.replace(/[^/]*[*?[].*$/, ""))}`],
  });

export const noBucket = (text: string): Failure =>
  new Failure("BAD_ADDRESS", "usage", `${text} names no bucket`, { cure: ["Write it like this: s3://bucket"] });
