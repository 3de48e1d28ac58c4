import { expect, test } from "vitest";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { roleArnOf } from "../../src/sts/role-arn.ts";

/** As MinIO's own tests have them. @see minio/cmd/sts-handlers_test.go, `testRoleARN` */
test.each([
  ["minio-client-app", "", "arn:minio:iam:::role/nOybJqMNzNmroqEKq5D0EUsRZw0"],
  ["minio-client-app-2", "", "arn:minio:iam:::role/domXb70kze7Ugc1SaxaeFchhLP4"],
  ["minio-client-app", "eu-1", "arn:minio:iam:eu-1::role/nOybJqMNzNmroqEKq5D0EUsRZw0"],
])("MinIO's role for tokens of %s, in region %j", (clientId, region, arn) => {
  expect(roleArnOf(clientId, region, nodeCrypto())).toBe(arn);
});
