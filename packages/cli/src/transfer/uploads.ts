import { Failure, type Multipart, type UnfinishedUpload } from "@fedbucket/client";
import { formatAddress, parseRemote, type RemoteAddress } from "../address.ts";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions } from "../data/accounts.ts";
import { parseTime } from "./look-at.ts";
import { noBucket } from "./stat.ts";

export interface UploadsOptions extends DataOptions {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
}

/** `uploads list`: uploads in parts that were neither completed nor aborted. They take space, and show in no listing. */
export async function listUploads(context: Context, text: string, options: UploadsOptions): Promise<void> {
  for await (const { address, upload } of unfinished(context, text, options)) tell(context, address, upload, options);
}

/** `uploads abort`: removes them and their parts. */
export async function abortUploads(context: Context, text: string, options: UploadsOptions): Promise<void> {
  let aborted = 0;
  for await (const { address, upload, multipart } of unfinished(context, text, options)) {
    if (options.dryRun !== true) await multipart.abort(upload, { signal: context.signal });
    tell(context, address, upload, options);
    aborted++;
  }
  const what = aborted === 1 ? "1 upload" : `${aborted} uploads`;
  if (options.json !== true) context.stderr.write(`${options.dryRun === true ? "Would abort" : "Aborted"} ${what}.\n`);
}

interface Found {
  readonly address: RemoteAddress;
  readonly upload: UnfinishedUpload;
  readonly multipart: Multipart;
}

async function* unfinished(context: Context, text: string, options: UploadsOptions): AsyncGenerator<Found> {
  const address = parseRemote(text);
  if (address.bucket === undefined) throw noBucket(text);
  const { multipart } = (await accountsOf(context, options)(address)).bucket(address.bucket);
  if (multipart === undefined) throw onlyS3();
  const before = options.olderThan === undefined ? undefined : parseTime(options.olderThan, context.now());
  for await (const upload of multipart.unfinished({ prefix: address.key, signal: context.signal }))
    if (before === undefined || upload.startedAt < before)
      yield { address: { ...address, key: upload.key }, upload, multipart };
}

function tell(
  context: Context,
  address: RemoteAddress,
  { uploadId, startedAt }: UnfinishedUpload,
  { json }: UploadsOptions,
): void {
  const name = formatAddress(address);
  if (json === true) context.stdout.write(`${JSON.stringify({ key: name, uploadId, startedAt })}\n`);
  else context.stdout.write(`${startedAt.toISOString().slice(0, 19)}Z  ${name}\n`);
}

const onlyS3 = (): Failure =>
  new Failure("NO_UPLOADS", "usage", "over Swift this store has no uploads that wait for more parts", {
    cure: ["Leave --via swift out."],
  });
