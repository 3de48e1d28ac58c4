import { parseDuration } from "@fedbucket/client";
import { formatAddress, parseBucket, parseObject } from "../address.ts";
import type { Context } from "../context.ts";
import { writeTo } from "../output.ts";
import { makeGate, outlasting } from "../transfer/work.ts";
import type { DataOptions, OpenAccount } from "./accounts.ts";

/** `cat`: the bytes of objects, one after the other. */
export async function cat(context: Context, open: OpenAccount, texts: readonly string[]): Promise<void> {
  const again = outlasting(context, makeGate({}));
  for (const address of texts.map(parseObject)) {
    const store = (await open(address)).bucket(address.bucket);
    const { body } = await store.get(address.key, { signal: context.signal, again });
    for await (const chunk of body) await writeTo(context.stdout, chunk);
  }
}

/** `rm`: what is not there counts as removed. */
export async function remove(
  context: Context,
  open: OpenAccount,
  texts: readonly string[],
  { json, dryRun }: DataOptions & { readonly dryRun?: boolean },
): Promise<void> {
  const removed: string[] = [];
  for (const address of texts.map(parseObject)) {
    if (dryRun === true) {
      context.stdout.write(`would remove ${formatAddress(address)}\n`);
      continue;
    }
    await (await open(address)).bucket(address.bucket).remove(address.key, { signal: context.signal });
    removed.push(formatAddress(address));
    if (json !== true) context.stderr.write(`Removed ${formatAddress(address)}\n`);
  }
  if (json === true) context.stdout.write(`${JSON.stringify({ removed })}\n`);
}

/** `mb` */
export async function makeBucket(
  context: Context,
  open: OpenAccount,
  text: string,
  options: DataOptions,
): Promise<void> {
  const address = parseBucket(text);
  await (await open(address)).createBucket(address.bucket);
  if (options.json === true) context.stdout.write(`${JSON.stringify({ bucket: address.bucket })}\n`);
  else context.stderr.write(`Made ${formatAddress(address)}\n`);
}

/** `rb` */
export async function removeBucket(
  context: Context,
  open: OpenAccount,
  text: string,
  options: DataOptions,
): Promise<void> {
  const address = parseBucket(text);
  await (await open(address)).removeBucket(address.bucket);
  if (options.json === true) context.stdout.write(`${JSON.stringify({ bucket: address.bucket })}\n`);
  else context.stderr.write(`Removed ${formatAddress(address)}\n`);
}

export interface PresignCommandOptions extends DataOptions {
  readonly expires: string;
  readonly method: "GET" | "PUT";
}

/** `presign`: the link is a secret of its own, so it goes to standard output and nowhere else. */
export async function presign(
  context: Context,
  open: OpenAccount,
  text: string,
  { expires, method, json }: PresignCommandOptions,
): Promise<void> {
  const address = parseObject(text);
  const expiresInSeconds = parseDuration(expires);
  const account = await open(address);
  const url = await account.presign(address.bucket, address.key, { method, expiresInSeconds });
  const expiresAt = new Date(context.now().getTime() + expiresInSeconds * 1000);
  context.stdout.write(json === true ? `${JSON.stringify({ url, method, expiresAt })}\n` : `${url}\n`);
}
