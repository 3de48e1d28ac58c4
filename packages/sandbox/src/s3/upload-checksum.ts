import type { ServiceRequest } from "../http/service.ts";
import type { Checksum, PartRecord, UploadChecksum } from "../storage/storage.ts";
import { digestOf, headerOf, readAlgorithm, summing, type Summed } from "./body/checksum.ts";
import { combine, isCombinable } from "./body/crc-combine.ts";
import type { Payload } from "./body/payload.ts";
import { S3Error } from "./errors.ts";

type Headers = ServiceRequest["headers"];

/**
 * The checksum that a new upload's object is to have. Without a type it is composite, but of CRC64NVME, which has no
 * such form. What Amazon does not do either, a SHA of the whole, is refused in its words.
 * @see Amazon S3 user guide, "Checking object integrity", full object and composite checksum types
 */
export function readUploadChecksum(headers: Headers): UploadChecksum | undefined {
  const [name, type] = [headers["x-amz-checksum-algorithm"], headers["x-amz-checksum-type"]];
  if (name === undefined) return undefined;
  const algorithm = readAlgorithm(name);
  const wanted = type ?? (algorithm === "crc64nvme" ? "FULL_OBJECT" : "COMPOSITE");
  if (wanted !== "FULL_OBJECT" && wanted !== "COMPOSITE") {
    throw new S3Error("InvalidRequest", "Value for x-amz-checksum-type header is invalid.");
  }
  if (wanted === "FULL_OBJECT" ? !isCombinable(algorithm) : algorithm === "crc64nvme") {
    const message = `The ${wanted} checksum type cannot be used with the ${algorithm} checksum algorithm.`;
    throw new S3Error("InvalidRequest", message);
  }
  return { algorithm, type: wanted };
}

/** The body of a part, with the checksum that its upload needs: the client's, or ours where it may leave that to us. */
export function sumPart(
  { body, checksum, announced }: Payload,
  wanted: UploadChecksum | undefined,
): Pick<Payload, "body" | "checksum"> | Summed {
  if (wanted === undefined || announced?.algorithm === wanted.algorithm) return { body, checksum };
  if (announced === undefined && wanted.type === "FULL_OBJECT") return summing(body, wanted.algorithm);
  const [expected, actual] = [wanted.algorithm, announced?.algorithm ?? "null"];
  const message = `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`;
  throw new S3Error("InvalidRequest", message);
}

/** A part as the client names it at completion. */
export interface NamedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly sums: Headers;
}

/**
 * The checksum of the object that parts make, held against what the client says of it and of them. Undefined where the
 * upload has none, and where a part is missing, which the storage refuses.
 */
export function sumUpload(
  wanted: UploadChecksum | undefined,
  stored: readonly PartRecord[],
  named: readonly NamedPart[],
  headers: Headers,
): Checksum | undefined {
  if (wanted === undefined) return undefined;
  const { algorithm } = wanted;
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const parts = named.flatMap((part) => {
    const { checksum, bytes } = byNumber.get(part.partNumber) ?? {};
    if (checksum === undefined || bytes === undefined) return [];
    checkPart(wanted, part, checksum);
    return [{ checksum, bytes }];
  });
  if (parts.length < named.length) return undefined;
  const value = wanted.type === "FULL_OBJECT" ? combine(algorithm, parts) : composite(wanted, parts);
  const expected = headers[headerOf(algorithm)];
  // Clients name a composite one with the number of parts or, as minio-go, without.
  if (expected !== undefined && expected !== value && expected !== value.split("-", 1)[0])
    throw new S3Error("BadDigest");
  return { algorithm, value };
}

function checkPart({ algorithm, type }: UploadChecksum, { partNumber, sums }: NamedPart, checksum: Checksum): void {
  const said = sums[algorithm];
  if (said === undefined && type === "COMPOSITE") {
    const message = `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`;
    throw new S3Error("InvalidRequest", message);
  }
  if (said !== undefined && said !== checksum.value) throw new S3Error("InvalidPart");
}

function composite({ algorithm }: UploadChecksum, parts: readonly { readonly checksum: Checksum }[]): string {
  const digest = digestOf(algorithm);
  for (const { checksum } of parts) digest.update(Buffer.from(checksum.value, "base64"));
  return `${digest.base64()}-${parts.length}`;
}
