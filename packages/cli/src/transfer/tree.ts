import { resolve } from "node:path";
import {
  Failure,
  type Filter,
  everything,
  globRegExp,
  isGlob,
  type Side,
  splitGlob,
  type StoreAccount,
  type StoreSide,
} from "@fedbucket/client";
import { diskFolder } from "@fedbucket/client/node";
import { type BucketAddress, formatAddress, parseAddress, type RemoteAddress } from "../address.ts";
import type { Context } from "../context.ts";
import type { DataOptions, OpenAccount } from "../data/accounts.ts";

/** One end of a transfer, or what a command looks at. */
export interface Tree {
  readonly side: Side;
  /** What of it is meant, where the address has a pattern. */
  readonly filter: Filter;
  /** For people: the address of a key. */
  readonly nameOf: (key: string) => string;
}

/** Opens what lies below an address: `s3://bucket/folder`, `s3://bucket/2026-*`, a folder of this machine. */
export async function openTree(
  context: Context,
  open: OpenAccount,
  text: string,
  options: DataOptions & { readonly takesGlob: boolean },
): Promise<Tree> {
  const address = parseAddress(text);
  if (address.kind === "pipe") throw usage("standard input is one file, not many");
  if (address.kind === "file") return folderTree(context, address.path, options.takesGlob);
  return await storeTree(open, address, options);
}

function folderTree(context: Context, path: string, takesGlob: boolean): Tree {
  const { base, rest } = takesGlob ? splitGlob(path) : { base: path, rest: "" };
  const root = resolve(context.cwd, base);
  return {
    side: { kind: "folder", folder: diskFolder(root) },
    filter: globFilter(rest),
    nameOf: (key) => `${base === "" || base.endsWith("/") ? base : `${base}/`}${key}`,
  };
}

async function storeTree(
  open: OpenAccount,
  address: RemoteAddress,
  options: DataOptions & { readonly takesGlob: boolean },
): Promise<Tree> {
  const { bucket, key } = address;
  if (bucket === undefined) throw usage(`${formatAddress(address)} names no bucket`);
  const isPattern = options.takesGlob && (await isGlobIn(open, { ...address, bucket }));
  const { base, rest } = isPattern ? splitGlob(key) : { base: key, rest: "" };
  const prefix = base === "" || base.endsWith("/") ? base : `${base}/`;
  return {
    side: storeSide(await open(address), { bucket, key: prefix }),
    filter: globFilter(rest),
    nameOf: (name) => formatAddress({ ...address, key: prefix + name }),
  };
}

/** What is below a prefix, as one end of a transfer. */
export function storeSide(account: StoreAccount, { bucket, key }: Pick<BucketAddress, "bucket" | "key">): StoreSide {
  return {
    kind: "store",
    store: account.bucket(bucket),
    bucket,
    prefix: key,
    account: `${account.place}\n${account.protocol}`,
  };
}

/** A folder that matches takes everything below with it. */
function globFilter(pattern: string): Filter {
  if (pattern === "") return everything;
  const [whole, below] = [globRegExp(pattern), globRegExp(`${pattern.replace(/\/$/, "")}/**`)];
  return { keeps: (key) => whole.test(key) || below.test(key), enters: () => true };
}

/** Whether a command line means many although it does not say --recursive. */
export async function meansMany(open: OpenAccount, text: string): Promise<boolean> {
  const address = parseAddress(text);
  const { bucket } = address.kind === "remote" ? address : {};
  return address.kind === "remote" && bucket !== undefined && (await isGlobIn(open, { ...address, bucket }));
}

/** A key may hold stars and brackets: what is the beginning of one that is there stands for itself. */
async function isGlobIn(open: OpenAccount, address: BucketAddress): Promise<boolean> {
  if (!isGlob(address.key)) return false;
  const store = (await open(address)).bucket(address.bucket);
  for await (const _ of store.list({ prefix: address.key, delimiter: "/" })) return false;
  return true;
}

export function usage(message: string, cure = "fedbucket help sync"): Failure {
  return new Failure("BAD_ADDRESS", "usage", message, { cure: [cure] });
}
