import { createHash } from "node:crypto";
import { vo } from "./addresses.ts";

const entitlement = (group: string): string => `urn:mace:egi.eu:group:${group}:role=member#aai.egi.eu`;

const everythingIn = (buckets: string): object => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["s3:*"], Resource: [`arn:aws:s3:::${buckets}`, `arn:aws:s3:::${buckets}/*`] },
    { Effect: "Allow", Action: ["s3:ListAllMyBuckets"], Resource: ["arn:aws:s3:::*"] },
  ],
});

/** What tokens of the client "fedbucket" get. */
export const rolePolicy = "fedbucket-users";

/** Each person's own prefix for the VO's members and our client's users, a shared one for the subgroup. */
export const policies: Readonly<Record<string, object>> = {
  [entitlement(vo)]: everythingIn("${jwt:preferred_username}-*"),
  [entitlement(`${vo}:escience`)]: everythingIn("escience-*"),
  [rolePolicy]: everythingIn("${jwt:preferred_username}-*"),
};

/** MinIO derives it from the client id. @see minio/internal/config/identity/openid/openid.go, NewIAMRoleARN */
export const roleArn = `arn:minio:iam:::role/${createHash("sha1").update("fedbucket").digest("base64url")}`;
