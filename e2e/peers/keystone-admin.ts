import type { KeystoneAt } from "./addresses.ts";
import { password } from "./places.ts";

type Json = Readonly<Record<string, unknown>>;
export type Named = { readonly id: string; readonly name?: string } & Json;

/** Keystone's API as its administrator sees it. */
export interface KeystoneAdmin {
  /** @throws Error with Keystone's own message for any status from 400. */
  call(method: string, path: string, body?: unknown): Promise<Json>;
  /** Finds the member of a collection that has these values, or creates it. */
  ensure(collection: string, singular: string, wanted: Json, find?: string): Promise<Named>;
}

export async function connectAsAdmin({ authUrl }: KeystoneAt): Promise<KeystoneAdmin> {
  const token = await signIn(authUrl);
  const call: KeystoneAdmin["call"] = async (method, path, body) => {
    const response = await send(method, authUrl + path, body, { "x-auth-token": token });
    const text = await response.text();
    return text === "" ? {} : (JSON.parse(text) as Json);
  };
  const ensure: KeystoneAdmin["ensure"] = async (collection, singular, wanted, find = "") => {
    const found = (await call("GET", `/${collection}${find}`))[collection] as readonly Named[];
    const key = wanted["name"] === undefined ? "id" : "name";
    const same = found.find((member) => member[key] === wanted[key]);
    return same ?? ((await call("POST", `/${collection}`, { [singular]: wanted }))[singular] as Named);
  };
  return { call, ensure };
}

async function signIn(authUrl: string): Promise<string> {
  const user = { name: "admin", domain: { id: "default" }, password: password("keystone-admin") };
  const scope = { project: { name: "admin", domain: { id: "default" } } };
  const identity = { methods: ["password"], password: { user } };
  const response = await send("POST", `${authUrl}/auth/tokens`, { auth: { identity, scope } }, {});
  await response.body?.cancel();
  return response.headers.get("x-subject-token") ?? "";
}

async function send(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status < 400) return response;
  throw new Error(`Keystone: ${method} ${url}: ${response.status} ${await response.text()}`);
}
