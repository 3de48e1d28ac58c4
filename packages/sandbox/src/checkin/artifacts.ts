import type { DatabaseSync } from "node:sqlite";
import type { Adapter, AdapterConstructor, AdapterPayload } from "oidc-provider";

/** Keeps oidc-provider's sessions, codes, grants and tokens in the sandbox's database, so that they survive a restart. */
export function artifactAdapter(database: DatabaseSync): AdapterConstructor {
  database.prepare("delete from artifact where expires_at < ?").run(Math.floor(Date.now() / 1000));
  return class implements Adapter {
    readonly model: string;

    constructor(model: string) {
      this.model = model;
    }

    async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
      const { grantId = null, uid = null, userCode = null } = payload;
      const expiresAt = expiresIn === undefined ? null : Math.floor(Date.now() / 1000) + expiresIn;
      database
        .prepare("insert or replace into artifact values (?, ?, ?, ?, ?, ?, ?)")
        .run(this.model, id, JSON.stringify(payload), grantId, uid, userCode, expiresAt);
    }

    find(id: string): Promise<AdapterPayload | undefined> {
      return this.#read("id = ?", id);
    }

    findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return this.#read("uid = ?", uid);
    }

    findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
      return this.#read("user_code = ?", userCode);
    }

    async consume(id: string): Promise<void> {
      database
        .prepare("update artifact set payload = json_set(payload, '$.consumed', ?) where model = ? and id = ?")
        .run(Math.floor(Date.now() / 1000), this.model, id);
    }

    async destroy(id: string): Promise<void> {
      database.prepare("delete from artifact where model = ? and id = ?").run(this.model, id);
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      database.prepare("delete from artifact where grant_id = ?").run(grantId);
    }

    async #read(condition: string, value: string): Promise<AdapterPayload | undefined> {
      const row = database
        .prepare(`select payload from artifact where model = ? and ${condition}`)
        .get(this.model, value) as { payload: string } | undefined;
      return row === undefined ? undefined : (JSON.parse(row.payload) as AdapterPayload);
    }
  };
}
