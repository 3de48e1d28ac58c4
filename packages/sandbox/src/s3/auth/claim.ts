import type { ServiceRequest } from "../../http/service.ts";
import { S3Error } from "../errors.ts";
import { basicDate } from "../dates.ts";

/** What a request says of its own signature, before anything is checked. */
export type Claim = SigV4Claim | SigV2Claim;

export interface SigV4Claim {
  readonly version: 4;
  readonly accessKeyId: string;
  readonly signature: string;
  /** `20260131T235959Z`, as it goes into the string to sign. */
  readonly timestamp: string;
  /** `<date>/<region>/<service>/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  /** `x-amz-content-sha256`: a hash, or a word for how the body is signed. */
  readonly payloadHash: string;
  /** Seconds of validity of a presigned URL. */
  readonly expiresSeconds?: number;
}

export interface SigV2Claim {
  readonly version: 2;
  readonly accessKeyId: string;
  readonly signature: string;
  /** End of validity of a presigned URL, in seconds since 1970. */
  readonly expires?: string;
}

const UNSIGNED = "UNSIGNED-PAYLOAD";

/** The claim of a request, or undefined for an anonymous one. */
export function readClaim(request: ServiceRequest): Claim | undefined {
  const authorization = request.headers["authorization"];
  if (authorization !== undefined) return readHeader(request, authorization);
  if (request.query.has("X-Amz-Signature")) return readPresigned(request);
  if (request.query.has("Signature")) return readPresignedV2(request.query);
  return undefined;
}

function readHeader(request: ServiceRequest, authorization: string): Claim {
  const v2 = /^AWS ([^:]+):(.+)$/.exec(authorization);
  if (v2 !== null) return { version: 2, accessKeyId: v2[1]!, signature: v2[2]! };
  if (!authorization.startsWith("AWS4-HMAC-SHA256")) {
    throw new S3Error("InvalidArgument", "The Authorization header is not of an AWS signature.");
  }
  const fields = new Map([...authorization.matchAll(/(\w+)=([^,\s]+)/g)].map(([, name, value]) => [name, value]));
  const { headers } = request;
  return {
    ...sigV4Claim(
      fields.get("Credential"),
      fields.get("SignedHeaders"),
      fields.get("Signature"),
      headers["x-amz-date"] ?? date(headers),
    ),
    payloadHash: headers["x-amz-content-sha256"] ?? UNSIGNED,
  };
}

function date(headers: ServiceRequest["headers"]): string | undefined {
  const value = headers["date"];
  return value === undefined ? undefined : basicDate(new Date(value));
}

function readPresigned({ query, headers }: ServiceRequest): SigV4Claim {
  const claim = sigV4Claim(
    query.get("X-Amz-Credential"),
    query.get("X-Amz-SignedHeaders"),
    query.get("X-Amz-Signature"),
    query.get("X-Amz-Date"),
  );
  return {
    ...claim,
    expiresSeconds: Number(query.get("X-Amz-Expires") ?? Number.NaN),
    payloadHash: headers["x-amz-content-sha256"] ?? query.get("X-Amz-Content-Sha256") ?? UNSIGNED,
  };
}

type Field = string | null | undefined;

function sigV4Claim(credential: Field, signedHeaders: Field, signature: Field, timestamp: Field) {
  const [, accessKeyId, scope] = /^(.+)\/(\d{8}\/[^/]*\/[^/]+\/aws4_request)$/.exec(credential ?? "") ?? [];
  if (!accessKeyId || !scope || !signedHeaders || !signature) {
    throw new S3Error("InvalidArgument", "The signature lacks a credential, its signed headers or itself.");
  }
  if (!timestamp) throw new S3Error("AccessDenied", "The request is signed without a date.");
  return {
    version: 4 as const,
    accessKeyId,
    scope,
    signature,
    timestamp,
    signedHeaders: signedHeaders.toLowerCase().split(";"),
  };
}

function readPresignedV2(query: URLSearchParams): SigV2Claim {
  const [accessKeyId, signature, expires] = ["AWSAccessKeyId", "Signature", "Expires"].map((name) => query.get(name));
  if (!accessKeyId || !signature || !expires) {
    throw new S3Error("InvalidArgument", "A presigned URL has AWSAccessKeyId, Signature and Expires.");
  }
  return { version: 2, accessKeyId, signature, expires };
}
