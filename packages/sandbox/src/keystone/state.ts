import { createHash, randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { ApplicationCredentials } from "./application-credentials.ts";
import { domain } from "./projects.ts";

export interface User {
  /** 64 hex digits, the same for the same person in every sandbox. */
  readonly id: string;
  /** The `sub` of the person. */
  readonly name: string;
}

export interface Ec2Credential {
  readonly access: string;
  readonly secret: string;
  readonly userId: string;
  readonly projectId: string;
}

/** What Keystone keeps: shadow users, their group memberships, EC2 and application credentials, revoked tokens. */
export class KeystoneState {
  readonly #database: DatabaseSync;
  readonly applicationCredentials: ApplicationCredentials;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.applicationCredentials = new ApplicationCredentials(database);
  }

  /** Records a federated login: the shadow user, and memberships until `expiresAt` where the site keeps them. */
  recordLogin(name: string, groups: readonly string[], expiresAt: Date | undefined): User {
    const id = createHash("sha256").update(`${domain.id} ${name}`).digest("hex");
    const database = this.#database;
    database.exec("begin");
    database.prepare("insert or ignore into user (id, name) values (?, ?)").run(id, name);
    if (expiresAt !== undefined) {
      const renew = database.prepare(
        "insert or replace into membership (user_id, group_id, expires_at) values (?, ?, ?)",
      );
      for (const group of groups) renew.run(id, group, expiresAt.getTime());
    }
    database.exec("commit");
    return { id, name };
  }

  findUser(id: string): User | undefined {
    return this.#database.prepare("select id, name from user where id = ?").get(id) as User | undefined;
  }

  /** Groups that outlive the token: the ones EC2 credentials count on. */
  persistedGroups(userId: string, now: Date): readonly string[] {
    const rows = this.#database
      .prepare("select group_id from membership where user_id = ? and expires_at > ?")
      .all(userId, now.getTime());
    return rows.map((row) => String(row["group_id"]));
  }

  createCredential(userId: string, projectId: string): Ec2Credential {
    const hex = (): string => randomUUID().replaceAll("-", "");
    const credential = { access: hex(), secret: hex(), userId, projectId };
    this.#database
      .prepare("insert into credential (access, secret, user_id, project_id) values (?, ?, ?, ?)")
      .run(credential.access, credential.secret, userId, projectId);
    return credential;
  }

  findCredential(access: string): Ec2Credential | undefined {
    const row = this.#database.prepare("select * from credential where access = ?").get(access);
    return row === undefined ? undefined : toCredential(row);
  }

  listCredentials(userId: string): readonly Ec2Credential[] {
    return this.#database
      .prepare("select * from credential where user_id = ? order by rowid")
      .all(userId)
      .map(toCredential);
  }

  /** False when there was none. */
  deleteCredential(access: string): boolean {
    return this.#database.prepare("delete from credential where access = ?").run(access).changes > 0;
  }

  revokeToken(auditId: string, expiresAt: Date, now: Date): void {
    this.#database.prepare("delete from revoked_token where expires_at < ?").run(now.getTime());
    this.#database
      .prepare("insert or ignore into revoked_token (audit_id, expires_at) values (?, ?)")
      .run(auditId, expiresAt.getTime());
  }

  isRevoked(auditId: string): boolean {
    return this.#database.prepare("select 1 from revoked_token where audit_id = ?").get(auditId) !== undefined;
  }
}

function toCredential(row: Record<string, unknown>): Ec2Credential {
  const { access, secret, user_id, project_id } = row as Record<string, string>;
  return { access, secret, userId: user_id, projectId: project_id } as Ec2Credential;
}
