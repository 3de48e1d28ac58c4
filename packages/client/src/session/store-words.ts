import { StoreError } from "../store/error.ts";
import type { Place } from "../store/failures.ts";
import { chainFailure } from "./failures.ts";
import { prefixRule } from "./prefix-rule.ts";
import type { Profile } from "./profile.ts";

interface AskedStore {
  readonly profile: Profile;
  /** Where it was asked. */
  readonly url: string;
  /** The person's name there, as far as it is known. */
  readonly username?: string | undefined;
}

/** What a store's error means in this connection: the words that `doctor` has for it, whichever command meets it. */
export const storeInWords =
  ({ profile, url, username }: AskedStore) =>
  (error: StoreError, { bucket }: Place): Error => {
    const { code, requestId, cause } = error;
    const evidence = { cause, requestId };
    if (code === "STORE_NOT_S3") return notS3(profile, url, said(cause) ?? `status ${statusOf(cause)}`);
    if (code === "STORE_BUSY") {
      const { message, cure } = inTrouble(profile, statusOf(cause));
      return new StoreError(code, message, { ...evidence, cure });
    }
    if (code !== "STORE_DENIED" || bucket === undefined) return error;
    return new StoreError(code, error.message, { ...evidence, cure: prefixRule(profile, username, bucket) });
  };

const said = (cause: unknown): string | undefined => (cause instanceof Error ? cause.message || undefined : undefined);

const statusOf = (cause: unknown): number =>
  cause instanceof Error && "status" in cause && typeof cause.status === "number" ? cause.status : 503;

/** What such a store is said to be. */
function inTrouble({ site, name }: Profile, status: number): { message: string; cure: string[] } {
  return {
    message: `the object store of ${site} is in trouble (status ${status})`,
    cure: ["Try again later. To see whether it is well again:", `fedbucket doctor ${name}`],
  };
}

/** As {@link storeInWords} says it, where no store was spoken to yet. */
export function storeBusy(profile: Profile, status: number, evidence: { requestId?: string } = {}): Error {
  const { message, cure } = inTrouble(profile, status);
  return chainFailure("STORE_BUSY", message, { ...evidence, cure });
}

/** @param what For example `a web page (status 404)`. */
export const notS3 = (profile: Profile, url: string, what: string): Error =>
  chainFailure("ENDPOINT_NOT_S3", `what answers at ${url} is not S3: ${what}`, {
    cure:
      profile.sts === undefined
        ? [
            "The site may offer Swift alone, or a proxy answers in its place. Swift works without S3:",
            `fedbucket ls --via swift --profile ${profile.name}`,
          ]
        : [
            "It may be the console's address, or a proxy answers in its place. The S3 API's is needed:",
            `fedbucket connect ${profile.name} --sts https://minio.example.org`,
          ],
  });
