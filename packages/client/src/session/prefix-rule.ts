import { claimsOf } from "../oidc/token-shape.ts";
import type { Profile } from "./profile.ts";
import type { ProfileState } from "./state.ts";

/**
 * Stores that lend keys themselves usually allow each person the buckets whose names begin with the person's user name.
 *
 * @returns What to do about a refusal; nothing where the rule cannot be the reason.
 * @see MinIO, "Policy variables": `${jwt:preferred_username}-*`
 */
export function prefixRule({ sts, name }: Profile, username: string | undefined, bucket: string): string[] {
  if (sts === undefined || (username !== undefined && bucket.startsWith(`${username}-`))) return [];
  const who = username ?? "USERNAME";
  return [
    `Stores like this one usually allow only buckets whose names begin with your user name there: ${who}-…`,
    `fedbucket mb ${name}:${who}-${bucket}`,
  ];
}

/** As the token says that the store goes by; asks nobody. */
export const usernameIn = ({ login }: ProfileState): string | undefined =>
  login === undefined ? undefined : claimsOf(login.idToken ?? login.accessToken)?.username;
