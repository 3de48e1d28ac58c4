import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** Somebody who can sign in. */
export interface Person {
  /** Opaque and for ever, for example `a1…@egi.eu`; also `voperson_id`. */
  readonly sub: string;
  /** What is typed at the login page; `preferred_username`. */
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** Who this is in the sandbox's play. */
  readonly description: string;
  /** Group URNs of AARC-G069. */
  readonly entitlements: readonly string[];
}

export interface Enrolment {
  readonly id: string;
  readonly person: Person;
  readonly vo: string;
  /** "Statement of purpose". */
  readonly statement: string;
  readonly requestedAt: Date;
}

export const vo = "vo.pangeo.eu";

/** The name the VO goes by in the old how-to; the registry knows only {@link vo}. */
export const oldVo = "vo.pangeo.egi.eu";

/** @see AARC-G069 section 2 */
export function entitlement(group: string, role = "member"): string {
  return `urn:mace:egi.eu:group:${group}:role=${role}#aai.egi.eu`;
}

const cast = [
  ["alice", "Alice Martin", `member of ${vo}`, [entitlement(vo), entitlement(vo, "vm_operator")]],
  ["bruno", "Bruno Rossi", `member of the subgroup ${vo}:escience only`, [entitlement(`${vo}:escience`)]],
  [
    "carla",
    "Carla Jansen",
    `manager of ${vo}, and in its subgroup escience`,
    [entitlement(vo), entitlement(vo, "manager"), entitlement(`${vo}:escience`)],
  ],
  ["dmitri", "Dmitri Novak", "member of another VO, vo.notebooks.egi.eu", [entitlement("vo.notebooks.egi.eu")]],
  ["elena", "Elena Costa", "signed up, member of no VO", []],
] as const;

/** The registry of people and their requests to join a VO. */
export class People {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const { count } = database.prepare("select count(*) as count from person").get() as { count: number };
    if (count > 0) return;
    database.exec("begin");
    for (const [username, name, description, entitlements] of cast) {
      // The same in every sandbox, so that ids in notes and screenshots stay true.
      const sub = `${createHash("sha256").update(`fedbucket sandbox ${username}`).digest("hex")}@egi.eu`;
      this.#insert({ sub, username, name, email: `${username}@example.org`, description, entitlements });
    }
    database.exec("commit");
  }

  /** In the order of {@link cast}, then as they signed up. */
  list(): readonly Person[] {
    return this.#database.prepare("select * from person order by rowid").all().map(toPerson);
  }

  find(sub: string): Person | undefined {
    const row = this.#database.prepare("select * from person where sub = ?").get(sub);
    return row === undefined ? undefined : toPerson(row);
  }

  findByUsername(username: string): Person | undefined {
    const row = this.#database.prepare("select * from person where username = lower(trim(?))").get(username);
    return row === undefined ? undefined : toPerson(row);
  }

  signUp(details: { username: string; name: string; email: string }): Person {
    const sub = `${randomBytes(32).toString("hex")}@egi.eu`;
    const person: Person = { ...details, sub, description: "signed up here", entitlements: [] };
    this.#insert(person);
    return person;
  }

  /** A request that waits for a manager. A second one replaces the first. */
  requestEnrolment(person: Person, statement: string): void {
    this.#database.prepare("delete from enrolment where sub = ? and decision is null").run(person.sub);
    this.#database
      .prepare("insert into enrolment (id, sub, vo, statement, requested_at) values (?, ?, ?, ?, ?)")
      .run(randomUUID(), person.sub, vo, statement, Date.now());
  }

  pendingEnrolments(): readonly Enrolment[] {
    const rows = this.#database.prepare("select * from enrolment where decision is null order by requested_at").all();
    return rows.flatMap((row) => {
      const person = this.find(String(row["sub"]));
      const { id, vo, statement } = row as { id: string; vo: string; statement: string };
      return person === undefined
        ? []
        : [{ id, person, vo, statement, requestedAt: new Date(Number(row["requested_at"])) }];
    });
  }

  /** False when nothing of that id waits. */
  decide(enrolmentId: string, decision: "approved" | "declined"): boolean {
    const enrolment = this.pendingEnrolments().find(({ id }) => id === enrolmentId);
    if (enrolment === undefined) return false;
    const { person } = enrolment;
    const entitlements = new Set(person.entitlements);
    if (decision === "approved") entitlements.add(entitlement(enrolment.vo));
    this.#database.exec("begin");
    this.#database.prepare("update enrolment set decision = ? where id = ?").run(decision, enrolmentId);
    this.#database
      .prepare("update person set entitlements = ? where sub = ?")
      .run(JSON.stringify([...entitlements]), person.sub);
    this.#database.exec("commit");
    return true;
  }

  #insert({ sub, username, name, email, description, entitlements }: Person): void {
    this.#database
      .prepare("insert into person (sub, username, name, email, description, entitlements) values (?, ?, ?, ?, ?, ?)")
      .run(sub, username, name, email, description, JSON.stringify(entitlements));
  }
}

function toPerson(row: Record<string, unknown>): Person {
  const { sub, username, name, email, description } = row as Record<string, string>;
  const entitlements = JSON.parse(String(row["entitlements"])) as string[];
  return { sub, username, name, email, description, entitlements } as Person;
}
