import { createKeystone, type Keystone, type KeystoneOptions } from "../../src/keystone/keystone.ts";
import { openDatabase } from "../../src/database.ts";
import type { ServiceResponse } from "../../src/http/service.ts";

export const origin = "http://127.0.0.1:5000";
export const vo = "57102d3e06b7476088fe4924370ae170";
export const escience = "25f5aa2c69e140e1be947381b9c119bc";
const urn = (group: string): string => `urn:mace:egi.eu:group:${group}:role=member#aai.egi.eu`;

/** Access tokens of a Check-in that knows these people. */
const people: Record<string, readonly string[]> = {
  alice: [urn("vo.pangeo.eu"), urn("vo.access.egi.eu")],
  bruno: [urn("vo.pangeo.eu:escience")],
  carla: [urn("vo.pangeo.eu"), urn("vo.pangeo.eu:escience")],
  mallory: [urn("vo.other.eu")],
  nobody: [],
};

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests say what they expect in it
  readonly json: any;
}

/** A Keystone with no server, its clock in the test's hand. */
export class Client {
  readonly keystone: Keystone;
  readonly #clock = { ms: Date.parse("2026-11-23T12:00:00Z") };

  constructor(options: Partial<KeystoneOptions> = {}) {
    this.keystone = createKeystone({
      site: { origin, storageUrl: "http://127.0.0.1:5001/swift/v1" },
      database: openDatabase(undefined),
      introspect: async (token) =>
        people[token] && { sub: `${token.padEnd(64, "0")}@egi.eu`, entitlements: people[token] },
      now: () => new Date(this.#clock.ms),
      ...options,
    });
  }

  pass(seconds: number): void {
    this.#clock.ms += seconds * 1000;
  }

  async ask(method: string, target: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> {
    const [path = "", rawQuery = ""] = target.split("?");
    const bytes = body === undefined ? [] : [Buffer.from(typeof body === "string" ? body : JSON.stringify(body))];
    const response = await this.keystone.service({
      method,
      path,
      rawQuery,
      query: new URLSearchParams(rawQuery),
      headers,
      body: (async function* () {
        yield* bytes;
      })(),
      origin,
    });
    return toAnswer(response);
  }

  login(person: string, method = "POST", idp = "egi.eu", protocol = "openid"): Promise<Answer> {
    const path = `/v3/OS-FEDERATION/identity_providers/${idp}/protocols/${protocol}/auth`;
    return this.ask(method, path, { authorization: `Bearer ${person}` });
  }

  scope(token: string, scope: unknown, query = ""): Promise<Answer> {
    const identity = { methods: ["token"], token: { id: token } };
    return this.ask("POST", `/v3/auth/tokens${query}`, {}, { auth: { identity, scope } });
  }

  /** A token of this person for a project, and the user's id. */
  async scoped(person: string, projectId = vo): Promise<{ token: string; userId: string }> {
    const login = await this.login(person);
    const answer = await this.scope(login.headers["x-subject-token"] ?? "", { project: { id: projectId } });
    return { token: answer.headers["x-subject-token"] ?? "", userId: login.json.token.user.id };
  }
}

function toAnswer({ status, headers, body }: ServiceResponse): Answer {
  const text = typeof body === "string" ? body : "";
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    text,
    json: text.startsWith("{") ? JSON.parse(text) : undefined,
  };
}

export function failure(code: number, message: string, title: string) {
  return { error: { code, message, title } };
}

export const unauthorized = failure(401, "The request you have made requires authentication.", "Unauthorized");
