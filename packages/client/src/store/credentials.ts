import type { Secret } from "../secret.ts";

/** What signs S3 requests: a Keystone EC2 credential (no session token) or a set lent by an STS. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

/**
 * Hands out a value that may expire. `refused` is the value that a server just refused with 401 or
 * `InvalidAccessKeyId`-like errors: the provider must not hand the same one out again without proving it anew.
 */
export type Provider<T> = (options?: { readonly refused?: T; readonly signal?: AbortSignal }) => Promise<T>;

/** Where an S3 endpoint is and how to sign for it. */
export interface S3Endpoint {
  /** Origin with an optional path, no trailing slash. Buckets are addressed path-style below it. */
  readonly url: string;
  /** Signing region. RGW takes any; Swift's s3api wants its own, `us-east-1` unless configured otherwise. */
  readonly region: string;
}
