import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** @see Identity API v3, "Application Credentials" */
export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly userId: string;
  readonly projectId: string;
  /** Names: some or all of those that the maker's token had. */
  readonly roles: readonly string[];
  /** Undefined: never. */
  readonly expiresAt: Date | undefined;
  /** Null, as Keystone keeps it, where nobody said. */
  readonly unrestricted: boolean | null;
}

/** What Keystone keeps of application credentials: of the secret a digest alone. */
export class ApplicationCredentials {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** @param given The secret that the maker chose; default one of 64 bytes. It cannot be had again. */
  create(
    about: Omit<ApplicationCredential, "id">,
    given: string | undefined,
  ): { readonly credential: ApplicationCredential; readonly secret: string } {
    const secret = given ?? randomBytes(64).toString("base64url");
    const credential = { ...about, id: randomUUID().replaceAll("-", "") };
    const { id, name, description, userId, projectId, roles, expiresAt, unrestricted } = credential;
    this.#database
      .prepare("insert into application_credential values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        id,
        digest(secret).toString("hex"),
        name,
        description,
        userId,
        projectId,
        JSON.stringify(roles),
        expiresAt?.getTime() ?? null,
        unrestricted === null ? null : Number(unrestricted),
      );
    return { credential, secret };
  }

  find(id: string): ApplicationCredential | undefined {
    return this.#one("id = ?", id);
  }

  findByName(userId: string, name: string): ApplicationCredential | undefined {
    return this.#one("user_id = ? and name = ?", userId, name);
  }

  list(userId: string): readonly ApplicationCredential[] {
    const all = this.#database.prepare("select * from application_credential where user_id = ? order by rowid");
    return all.all(userId).map(toCredential);
  }

  delete(id: string): void {
    this.#database.prepare("delete from application_credential where id = ?").run(id);
  }

  hasSecret(id: string, secret: string): boolean {
    const row = this.#database.prepare("select secret_digest from application_credential where id = ?").get(id);
    return row !== undefined && timingSafeEqual(digest(secret), Buffer.from(String(row["secret_digest"]), "hex"));
  }

  #one(where: string, ...values: readonly string[]): ApplicationCredential | undefined {
    const row = this.#database.prepare(`select * from application_credential where ${where}`).get(...values);
    return row === undefined ? undefined : toCredential(row);
  }
}

const digest = (secret: string): Buffer => createHash("sha256").update(secret).digest();

function toCredential(row: Record<string, unknown>): ApplicationCredential {
  const { id, name, description, user_id: userId, project_id: projectId, roles, expires_at: expiresAt } = row;
  return {
    id: String(id),
    name: String(name),
    description: description as string | null,
    userId: String(userId),
    projectId: String(projectId),
    roles: JSON.parse(String(roles)) as string[],
    expiresAt: expiresAt === null ? undefined : new Date(Number(expiresAt)),
    unrestricted: row["unrestricted"] === null ? null : row["unrestricted"] === 1,
  };
}
