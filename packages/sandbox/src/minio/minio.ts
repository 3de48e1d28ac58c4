/**
 * A second store as the Pangeo hub's MinIO: S3 with keys that its STS lends against tokens of Check-in, and policies in
 * place of projects.
 *
 * Gaps against MinIO: no console and no administration, so policies are fixed; no STS action but
 * AssumeRoleWithWebIdentity; S3 itself answers as the first store does, in headers, error texts and the names it takes.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Service } from "../http/service.ts";
import type { Identity } from "../identity.ts";
import { createS3 } from "../s3/service.ts";
import type { Storage } from "../storage/storage.ts";
import { admit } from "./access.ts";
import { type MinioKeys, MinioKeyTable } from "./keys.ts";
import { rolePolicy } from "./policies.ts";
import { stsService } from "./sts.ts";
import { type Issuer, roleArn } from "./web-identity.ts";

export interface MinioOptions {
  readonly storage: Storage;
  readonly database: DatabaseSync;
  readonly issuer: Issuer;
  /** Default: the machine's clock. */
  readonly now?: () => Date;
}

export interface Minio {
  readonly service: Service;
  /** The one role there is: for tokens of fedbucket's own client. */
  readonly roleArn: string;
  /** An access key that does not end, as a person makes it in the console. */
  consoleKey(username: string): Pick<MinioKeys, "accessKeyId" | "secretAccessKey">;
  /** False when there was no such key. */
  deleteKey(accessKeyId: string): boolean;
}

/** All buckets are the server's. */
const owner = { projectId: "minio", projectName: "minio", roles: [] };

export function createMinio({ storage, database, issuer, now = () => new Date() }: MinioOptions): Minio {
  const table = new MinioKeyTable(database);
  const sts = stsService(issuer, table, now);
  const identity: Identity = {
    lendsKeys: true,
    async findKey(accessKeyId) {
      const keys = table.find(accessKeyId, now());
      return keys && { ...owner, ...keys, userId: keys.accessKeyId };
    },
    findToken: () => Promise.resolve({ kind: "refused" }),
  };
  const s3 = createS3({
    storage,
    identity,
    now,
    async admit(operation, call) {
      const keys = call.caller && table.find(call.caller.userId, now());
      return keys === undefined ? call : admit(operation, call, keys);
    },
  });
  return {
    service: (request) => (request.method === "POST" && request.path === "/" ? sts(request) : s3(request)),
    roleArn,
    consoleKey: (username) => table.make({ username, policies: [rolePolicy] }),
    deleteKey: (accessKeyId) => table.forget(accessKeyId),
  };
}
