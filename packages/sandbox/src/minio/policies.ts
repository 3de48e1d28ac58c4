import { createHash } from "node:crypto";
import { judgePolicy, parsePolicy, type Policy } from "../access/policy.ts";
import { entitlement, vo } from "../checkin/people.ts";

const everythingIn = (buckets: string): Policy =>
  parsePolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:*", Resource: ["", "/*"].map((end) => `arn:aws:s3:::${buckets}${end}`) },
      ],
    }),
    true,
  );

/** What tokens of fedbucket's own client get, whatever the groups. */
export const rolePolicy = "fedbucket-users";

/** As the Pangeo hub's administrator has made them: named like entitlements. Nobody can list all buckets. */
const policies: ReadonlyMap<string, Policy> = new Map([
  [entitlement(vo), everythingIn("${jwt:preferred_username}-*")],
  [entitlement(`${vo}:escience`), everythingIn("escience-*")],
  [rolePolicy, everythingIn("${jwt:preferred_username}-*")],
]);

/** Those of these names that exist. */
export const knownPolicies = (names: readonly string[]): string[] => names.filter((name) => policies.has(name));

/** MinIO derives it from the client's id. @see minio/internal/config/identity/openid/openid.go, `NewIAMRoleARN` */
export const roleArnOf = (clientId: string): string =>
  `arn:minio:iam:::role/${createHash("sha1").update(clientId).digest("base64url")}`;

/** Whose keys they are, and what they may do. */
export interface Grantee {
  readonly username: string;
  readonly policies: readonly string[];
  /** Narrows the policies: what it does not allow is not allowed. JSON. */
  readonly sessionPolicy?: string;
}

/** Whether both the person's policies and the session's own allow it. */
export function isGranted(
  { username, policies: names, sessionPolicy }: Grantee,
  action: string,
  resource: string,
  values: Readonly<Record<string, string | undefined>>,
): boolean {
  const question = { action, resource, values, variables: { "jwt:preferred_username": username } };
  const own = names.flatMap((name) => policies.get(name) ?? []);
  const all = sessionPolicy === undefined ? [own] : [own, parsePolicy(sessionPolicy, true)];
  return all.every((policy) => judgePolicy(policy, question) === "allow");
}
