import { orLeave } from "../store/bodies.ts";
import { StoreError, type StoreErrorCode } from "../store/error.ts";
import { inWords } from "../store/failures.ts";
import { stampOf } from "./compare.ts";
import type { Folder, PartialFile } from "./folder.ts";
import { inLanes } from "./gate.ts";
import { tellingReceived } from "./passing.ts";
import { begun, checkOf, type PartsCheck } from "./parts-check.ts";
import { largestWhole, type Part, partBytesFor, partsOf } from "./part-sizes.ts";
import type { StoreSide } from "./side.ts";
import { statWanted, type Wanted } from "./wanted.ts";
import type { Copied, Work } from "./work.ts";

const partLanes = 16;
/** What is told piece by piece costs more than it shows, for so few bytes. */
const toldAtOnce = 1024 ** 2;

const goneCodes: ReadonlySet<StoreErrorCode> = new Set(["STORE_CHANGED", "STORE_NOT_FOUND", "STORE_NO_BUCKET"]);

/**
 * Copies an object into a folder: whole or not at all, checked against what the store keeps.
 *
 * @param as Its key there, where that is another one.
 */
export async function download(
  from: StoreSide,
  wanted: Wanted,
  folder: Folder,
  work: Work,
  as: string = wanted.key,
): Promise<Copied> {
  if (wanted.bytes > largestWhole) return await downloadInParts(from, wanted, folder, work, as);
  const { info, isChecked, body } = await from.store.get(from.prefix + wanted.key, {
    borrows: true,
    ...optional(work.signal),
  });
  const modifiedMs = stampOf(info.modifiedAt.getTime());
  const received = work.bandwidth.received(body);
  const isTold = info.bytes > toldAtOnce;
  const told = isTold ? tellingReceived(received, work.onBytes) : received;
  await orLeave(body, folder.write(as, told, { bytes: info.bytes, modifiedMs }));
  if (!isTold) work.onBytes(info.bytes);
  return { bytes: info.bytes, etag: info.etag, isVerified: isChecked };
}

/** Fetches parts side by side into a temporary file, which another process goes on with when this one ends early. */
async function downloadInParts(
  from: StoreSide,
  wanted: Wanted,
  folder: Folder,
  work: Work,
  as: string,
): Promise<Copied> {
  const { key, bytes, etag } = wanted;
  const partBytes = partBytesFor(bytes);
  const identity = [from.account, from.bucket, from.prefix + key, etag, partBytes].join("\n");
  const partial = await folder.openPartial(as, { identity, bytes });
  let discard = false;
  try {
    // On its way beside the first parts, it is there when these come.
    const told = statWanted(from, wanted, work.signal);
    const check = begun(told.then((info) => checkOf(info, partial, work.crypto)));
    await fetchParts(from, wanted, { partial, check }, work);
    const isVerified = await (await check).matches();
    discard = isVerified === false;
    if (discard) throw damaged(from, key);
    await partial.commit(stampOf((await told).modifiedAt.getTime()));
    return { bytes, etag, isVerified: isVerified === true };
  } catch (error) {
    // Another version is there by now, or none: what came of this one is of no use.
    discard ||= error instanceof StoreError && goneCodes.has(error.code);
    await partial.leave({ discard });
    throw error;
  }
}

async function fetchParts(
  from: StoreSide,
  { key, bytes, etag }: Wanted,
  { partial, check }: { readonly partial: PartialFile; readonly check: Promise<PartsCheck> },
  work: Work,
): Promise<void> {
  async function fetchPart(piece: Part): Promise<void> {
    const { number, start, end } = piece;
    const range = { start, end };
    const options = { range, ifMatch: etag, borrows: true, ...optional(work.signal) };
    const { body } = await from.store.get(from.prefix + key, options);
    const received = tellingReceived(work.bandwidth.received(body), work.onBytes);
    const written = check.then(async (sums) => await partial.write(sums.passing(piece, received), start));
    await orLeave(body, written);
    await partial.markDone(number, range);
  }

  await inLanes(
    partsOf(bytes, partBytesFor(bytes)),
    async (piece) => {
      const length = piece.end - piece.start + 1;
      if (partial.done.has(piece.number)) work.onBytes(length);
      else await fetchPart(piece);
      (await check).arrived(piece);
      work.gate.passed(length);
    },
    { gate: work.gate, most: partLanes },
  );
}

function damaged({ bucket, prefix }: StoreSide, key: string): StoreError {
  const message = `${inWords({ bucket, key: prefix + key })} arrived damaged: its checksum differs from the one the store keeps`;
  return new StoreError("STORE_CORRUPT", message);
}

const optional = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };
