import { onTestFinished } from "vitest";
import type { Service, ServiceResponse } from "../../src/http/service.ts";
import type { Identity, Principal, TokenLookup } from "../../src/identity.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { createSwift } from "../../src/swift/swift.ts";

function member(projectId: string): Principal {
  return { userId: "user", projectId, projectName: projectId, roles: ["member"] };
}

const tokens: Readonly<Record<string, TokenLookup>> = {
  mine: { kind: "scoped", principal: member("project-1") },
  theirs: { kind: "scoped", principal: member("project-2") },
  unscoped: { kind: "unscoped" },
};

const identity: Identity = {
  findKey: () => Promise.resolve(undefined),
  findToken: (token) => Promise.resolve(tokens[token] ?? { kind: "refused" }),
};

export interface Answer {
  readonly status: number;
  /** Lower-case names, to compare whatever the spelling. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  json(): unknown;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
}

/** Sends requests to a Swift API of its own. The path is below `/swift/v1`, with its query. */
export interface Client {
  readonly storage: Storage;
  (method: string, path: string, ask?: Ask): Promise<Answer>;
}

/** Signed in as a member of `project-1`, with an empty account. */
export async function startSwift(): Promise<Client> {
  const storage = await openStorage({ memory: true });
  onTestFinished(() => storage.close());
  const service = createSwift({ storage, identity });
  const send = (method: string, path: string, ask: Ask = {}): Promise<Answer> =>
    request(service, method, `/swift/v1${path}`, { ...ask, headers: { "x-auth-token": "mine", ...ask.headers } });
  return Object.assign(send, { storage });
}

export async function request(service: Service, method: string, target: string, ask: Ask = {}): Promise<Answer> {
  const [path = "", rawQuery = ""] = target.split("?");
  const { body = "" } = ask;
  const length = typeof body === "string" ? { "content-length": String(Buffer.byteLength(body)) } : {};
  const response = await service({
    method,
    path,
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: { ...length, ...ask.headers },
    body: typeof body === "string" ? bytesOf(body) : body,
    origin: "http://127.0.0.1:9000",
  });
  const text = await textOf(response.body);
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { status: response.status, headers, text, json: () => JSON.parse(text) };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield Buffer.from(text);
}

async function textOf(body: ServiceResponse["body"]): Promise<string> {
  if (body === undefined || typeof body === "string") return body ?? "";
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
