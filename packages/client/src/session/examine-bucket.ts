import { chunksBody } from "../store/bodies.ts";
import { checkBucketName } from "../store/names.ts";
import { s3Account } from "../store/s3-account.ts";
import { unsignedS3Client } from "../store/s3-client.ts";
import { s3Store } from "../store/s3-store.ts";
import type { Store } from "../store/store.ts";
import { type Chain, notConnected } from "./chain.ts";
import type { Finding } from "./examine.ts";
import { s3EndpointIn } from "./endpoint.ts";
import { diagnose, isAnswer } from "./explain-bucket.ts";
import { limitMs, within } from "./patience.ts";
import { theseAlone } from "./prove.ts";
import { storeInWords } from "./store-words.ts";

/** What to look at in a store. */
export interface AskedBucket {
  readonly bucket: string;
  /** An object to read; or, when it is empty or ends in `/`, where to look for one. */
  readonly key: string;
  /** Whether an object of its own may be put and removed again. */
  readonly writes: boolean;
}

/** Unsigned, only what reads is tried. */
export type BucketDeed = "List" | "Get" | "Put" | "Delete" | "Unsigned list" | "Unsigned get";

/** How one deed went. `allowed` is absent when that is not known: it was not tried, or there was no answer. */
export interface Tried {
  readonly deed: BucketDeed;
  readonly detail: string;
  readonly ms: number;
  readonly allowed?: boolean;
  readonly error?: unknown;
}

const skipped = (deed: BucketDeed, detail: string): Tried => ({ deed, detail, ms: 0 });

/**
 * Tries what may be done in a bucket, all for real: one finding each. All that is refused with the keys is explained by
 * one problem, from all answers together. That nobody may read without keys is as it should be.
 *
 * @param isSigning False where the keys do not work: only what needs none is tried.
 * @throws StoreError `STORE_BAD_NAME`
 */
export async function examineBucket(
  chain: Chain,
  asked: AskedBucket,
  isSigning: boolean,
): Promise<Finding<BucketDeed>[]> {
  const tried = await tryAll(chain, asked, isSigning);
  chain.signal?.throwIfAborted();
  const problem = await diagnose(chain, asked.bucket, tried);
  return tried.map(({ deed, detail, ms, allowed, error }) => {
    const isPrivate = deed.startsWith("Unsigned") && isAnswer(error);
    const broken = error === undefined || isPrivate ? {} : { problem: isAnswer(error) ? (problem ?? error) : error };
    const state = "problem" in broken ? "broken" : allowed === undefined ? "skipped" : "ok";
    const said = isPrivate ? "refused: not open to everybody" : detail;
    return { link: deed, state, detail: said, ms, ...(allowed === undefined ? {} : { allowed }), ...broken };
  });
}

async function tryAll(chain: Chain, asked: AskedBucket, isSigning: boolean): Promise<Tried[]> {
  const { signed, unsigned } = storesOf(chain, asked.bucket, isSigning);
  const folder = asked.key.slice(0, asked.key.lastIndexOf("/") + 1);
  const own = `${folder}.fedbucket-doctor-${crypto.randomUUID()}`;
  let key = asked.key === folder ? undefined : asked.key;

  const list: Work = async (store, options) => {
    const found = await firstObject(store, folder, own, options);
    key ??= found;
    return found === undefined ? "allowed; no object is there" : "allowed";
  };
  const writing = asked.writes ? write(chain, signed, own) : unasked;
  const [listed, openlyListed] = await Promise.all([
    attempt(chain, "List", signed, list),
    attempt(chain, "Unsigned list", unsigned, list),
  ]);
  const get: Work = async (store, options) => {
    const { bytes } = await store.stat(key ?? "", options);
    return `allowed: ${key}, ${bytes} bytes`;
  };
  const [read, openlyRead] =
    key === undefined
      ? [skipped("Get", unnamed), skipped("Unsigned get", unnamed)]
      : await Promise.all([attempt(chain, "Get", signed, get), attempt(chain, "Unsigned get", unsigned, get)]);
  return [listed, read, ...(await writing), openlyListed, openlyRead];
}

const unnamed = "not tried: no object is known; name one: --bucket NAME/KEY";
const unasked: readonly Tried[] = (["Put", "Delete"] as const).map((deed) =>
  skipped(deed, "not tried: with --write an object is put, and removed again"),
);

interface Limited {
  readonly signal?: AbortSignal;
}

/** @returns what to say about it */
type Work = (store: Store, options: Limited) => Promise<string>;

async function attempt(chain: Chain, deed: BucketDeed, store: Store | undefined, work: Work): Promise<Tried> {
  if (store === undefined) return skipped(deed, "not tried: Keys come first");
  const startedAt = performance.now();
  const took = (): number => performance.now() - startedAt;
  try {
    const detail = await within(chain, ({ signal }) => work(store, signal === undefined ? {} : { signal }));
    return { deed, detail, ms: took(), allowed: true };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { deed, detail, ms: took(), error, ...(isAnswer(error) ? { allowed: false } : {}) };
  }
}

/** What was put is removed also when it is not known whether it came there, and when the person has had enough. */
async function write(chain: Chain, store: Store | undefined, key: string): Promise<readonly Tried[]> {
  const put = await attempt(chain, "Put", store, async (into, options) => {
    await into.put(key, chunksBody([], 0), options);
    return "allowed";
  });
  if (store === undefined || put.allowed === false) return [put, skipped("Delete", "not tried: Put comes first")];
  const removed = await attempt(chain, "Delete", store, async (from) => {
    await from.remove(key, { signal: AbortSignal.timeout(limitMs) });
    return "allowed";
  });
  const isLeft = put.allowed === true && removed.error !== undefined;
  return [put, isLeft ? { ...removed, detail: `${removed.detail}; the test object stays: ${key}` } : removed];
}

/** Whatever stands first; one page is asked for. */
async function firstObject(store: Store, prefix: string, own: string, options: Limited): Promise<string | undefined> {
  for await (const entry of store.list({ prefix, ...options }))
    if (entry.kind === "object" && entry.key !== own && !entry.key.endsWith("/")) return entry.key;
  return undefined;
}

/** `signed` is absent where there are no keys that work. */
function storesOf(chain: Chain, bucket: string, isSigning: boolean): { signed: Store | undefined; unsigned: Store } {
  const { http, crypto: hashes, profile, state } = chain;
  const { keys, endpoint } = state;
  if (endpoint === undefined) throw notConnected(profile);
  const s3 = s3EndpointIn(profile, endpoint);
  const options = { http, crypto: hashes, endpoint: s3, inWords: storeInWords({ profile, url: s3.url }) };
  const signing =
    isSigning && keys !== undefined ? s3Account({ ...options, credentials: theseAlone(keys) }) : undefined;
  checkBucketName(bucket);
  return { signed: signing?.bucket(bucket), unsigned: s3Store(unsignedS3Client(options), bucket) };
}
