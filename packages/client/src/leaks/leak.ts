import type { TokenClaims } from "../oidc/token-shape.ts";
import type { Secret } from "../secret.ts";

/** A secret that lies in a file. */
export type Leak =
  /** A JWT of an OpenID provider. */
  | { readonly kind: "access-token" | "refresh-token"; readonly secret: Secret; readonly claims: TokenClaims }
  | { readonly kind: "keystone-token"; readonly secret: Secret }
  /** The access key is no secret by itself; it is absent where only the secret one was found. */
  | { readonly kind: "s3-keys"; readonly secret: Secret; readonly accessKeyId?: string }
  /** A password, or an application credential's secret. `variable` is what it was given to. */
  | { readonly kind: "keystone-secret"; readonly secret: Secret; readonly variable: string };

/** A leak and the line it is on, counted from 1. */
export interface FoundLeak {
  readonly leak: Leak;
  readonly line: number;
}

/** What is known of a leak without printing it. */
export interface Verdict {
  /** `unknown`: nobody could be asked, or asking would use it up. */
  readonly state: "alive" | "dead" | "unknown";
  /** For people. */
  readonly detail: string;
  readonly expiresAt?: Date;
  /** The person's own pair at the site, so that it can be deleted. */
  readonly accessKeyId?: string;
}

/** How long it is accepted after it was ended, at worst. */
export interface Afterwards {
  /** Absent where only its expiry ends it. */
  readonly seconds?: number;
  readonly words: string;
}

/**
 * Ending a secret does not end it everywhere at once.
 *
 * @see the project's measurements on Swift 2.30 and Ceph RGW 16.2 with their caches as shipped: a deleted EC2 credential
 * was refused by Swift after 0.2 s and by RGW after 301 s; a revoked Keystone token by Swift after 300 s, and was still
 * accepted by RGW when the test stopped after 401 s.
 */
export const afterwards: Readonly<Record<Leak["kind"], Afterwards>> = {
  "access-token": { words: "once revoked, whoever does not ask the issuer accepts it until it expires" },
  "refresh-token": { seconds: 3600, words: "once revoked, access tokens made with it live on for up to an hour" },
  "keystone-token": { words: "once revoked, Swift may accept it for 5 minutes more, Ceph RGW until it expires" },
  "s3-keys": {
    seconds: 300,
    words: "Swift as shipped refuses deleted keys at once, Ceph RGW may accept them for up to 5 minutes more",
  },
  "keystone-secret": { words: "once changed, tokens made with it live on until they expire" },
};
