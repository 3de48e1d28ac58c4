import { resolve } from "node:path";
import { Failure, type Filter, everything, globRegExp, isGlob, type Side, splitGlob } from "@fedbucket/client";
import { diskFolder } from "@fedbucket/client/node";
import { type Address, formatAddress, parseAddress, type RemoteAddress } from "../address.ts";
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
  const { base, rest } = options.takesGlob ? splitGlob(key) : { base: key, rest: "" };
  const prefix = base === "" || base.endsWith("/") ? base : `${base}/`;
  const account = await open(address);
  return {
    side: {
      kind: "store",
      store: account.bucket(bucket),
      bucket,
      prefix,
      account: `${address.profile ?? options.profile ?? ""}\n${account.protocol}`,
    },
    filter: globFilter(rest),
    nameOf: (name) => formatAddress({ ...address, key: prefix + name }),
  };
}

/** A folder that matches takes everything below with it. */
function globFilter(pattern: string): Filter {
  if (pattern === "") return everything;
  const [whole, below] = [globRegExp(pattern), globRegExp(`${pattern.replace(/\/$/, "")}/**`)];
  return { keeps: (key) => whole.test(key) || below.test(key), enters: () => true };
}

/** Whether a command line means many although it does not say --recursive. */
export function meansMany(text: string): boolean {
  const address: Address = parseAddress(text);
  return address.kind === "remote" && isGlob(address.key);
}

export function usage(message: string, cure = "fedbucket help sync"): Failure {
  return new Failure("BAD_ADDRESS", "usage", message, { cure: [cure] });
}
