import type { Fault, FaultEvent } from "@fedbucket/sandbox";

const pageKeys = 1000;

export const madeUpKey = (n: number): string => `store.zarr/c/${String(n).padStart(7, "0")}`;

/** For the sandbox's fault seam: a bucket `many-N` has N keys, and nobody need have put them there. */
export function listingsMadeUp(event: FaultEvent): Fault | undefined {
  const count = askedFor(event);
  if (count === undefined) return undefined;
  const { query } = event.request;
  const first = Number(query.get("continuation-token") ?? firstBehind(query.get("start-after") ?? "", count));
  const last = Math.min(count, first + pageKeys);
  let contents = "";
  for (let n = first; n < last; n++)
    contents += `<Contents><Key>${madeUpKey(n).replaceAll("/", "%2F")}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;${String(n).padStart(32, "0")}&quot;</ETag><Size>7</Size></Contents>`;
  const next = last < count ? `<NextContinuationToken>${last}</NextContinuationToken>` : "";
  const body = `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${last < count}</IsTruncated>${next}${contents}</ListBucketResult>`;
  return { answer: { status: 200, headers: { "Content-Type": "application/xml" }, body } };
}

/** How many keys the bucket has whose listing is asked for; undefined for any other request. */
function askedFor({ moment, request }: FaultEvent): number | undefined {
  const [, count] = /^\/many-(\d+)\/?$/.exec(request.path) ?? [];
  return moment === "request" && request.query.has("list-type") && count !== undefined ? Number(count) : undefined;
}

function firstBehind(key: string, count: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (madeUpKey(middle) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
