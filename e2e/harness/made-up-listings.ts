import type { Fault, FaultEvent } from "@fedbucket/sandbox";

const pageKeys = 1000;

export const madeUpKey = (n: number): string => `store.zarr/c/${String(n).padStart(7, "0")}`;

/** What such a bucket has: so many keys, of which each is told, in order. */
interface Bucket {
  readonly count: number;
  readonly keyAt: (n: number) => string;
}

/**
 * For the sandbox's fault seam: a bucket `many-N` has N keys, a bucket `grid-N` a Zarr array of N times N chunks, and nobody
 * need have put them there.
 */
export function listingsMadeUp({ moment, request }: FaultEvent): Fault | undefined {
  const [, kind, size, key] = /^\/(many|grid)-(\d+)\/?(.*)$/.exec(request.path) ?? [];
  if (moment !== "request" || kind === undefined) return undefined;
  if (kind === "grid" && key === "zarr.json")
    return {
      answer: { status: 200, headers: { ETag: '"e"', "Last-Modified": time }, body: gridDocument(Number(size)) },
    };
  if (!request.query.has("list-type")) return undefined;
  const bucket = kind === "grid" ? grid(Number(size)) : { count: Number(size), keyAt: madeUpKey };
  return { answer: { status: 200, headers: { "Content-Type": "application/xml" }, body: page(bucket, request.query) } };
}

const time = "Thu, 01 Jan 2026 00:00:00 GMT";

function page(bucket: Bucket, query: FaultEvent["request"]["query"]): string {
  const { count, keyAt } = bucket;
  const first = Number(query.get("continuation-token") ?? firstBehind(query.get("start-after") ?? "", bucket));
  const last = Math.min(count, first + pageKeys);
  let contents = "";
  for (let n = first; n < last; n++)
    contents += `<Contents><Key>${keyAt(n).replaceAll("/", "%2F")}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;${String(n).padStart(32, "0")}&quot;</ETag><Size>7</Size></Contents>`;
  const next = last < count ? `<NextContinuationToken>${last}</NextContinuationToken>` : "";
  return `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${last < count}</IsTruncated>${next}${contents}</ListBucketResult>`;
}

function firstBehind(key: string, { count, keyAt }: Bucket): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyAt(middle) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Chunks are numbered without zeros in front, so `c/10/…` comes before `c/2/…`. */
function grid(size: number): Bucket {
  const numbers = Array.from({ length: size }, (_, n) => String(n)).sort();
  const keyAt = (n: number): string =>
    n === size * size ? "zarr.json" : `c/${numbers[Math.floor(n / size)]}/${numbers[n % size]}`;
  return { count: size * size + 1, keyAt };
}

const gridDocument = (size: number): string =>
  JSON.stringify({
    zarr_format: 3,
    node_type: "array",
    shape: [size, size],
    data_type: "uint8",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [1, 1] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: 0,
    codecs: [{ name: "bytes" }],
    attributes: {},
  });
