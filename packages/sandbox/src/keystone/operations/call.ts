import { readWhole } from "../../http/body.ts";
import type { ServiceRequest, ServiceResponse } from "../../http/service.ts";
import { KeystoneRefusal, unauthorized } from "../answers.ts";
import type { Site } from "../documents.ts";
import type { KeystoneState } from "../state.ts";
import type { Token, Tokens } from "../tokens.ts";

/** What the operations work with. */
export interface KeystoneContext {
  readonly site: Site;
  readonly state: KeystoneState;
  readonly tokens: Tokens;
  /** Asks the identity provider whose access token this is, as mod_auth_openidc does. */
  readonly introspect: (
    accessToken: string,
  ) => Promise<{ readonly sub: string; readonly entitlements: readonly string[] } | undefined>;
  /** How long a group membership outlives the login that brought it; 0: not at all. */
  readonly authorizationTtlSeconds: number;
  readonly now: () => Date;
}

/** One request of an operation. */
export interface Call {
  readonly request: ServiceRequest;
  /** The parts of the path that the route names, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

export type Operation = (context: KeystoneContext, call: Call) => Promise<ServiceResponse>;

/** The good token in `X-Auth-Token`, or a 401. */
export function authenticate({ tokens }: KeystoneContext, { request }: Call): Token {
  const token = tokens.read(request.headers["x-auth-token"] ?? "");
  if (typeof token === "string") throw unauthorized();
  return token;
}

/** The JSON object in the body; an empty body is an empty object. */
export async function readJson({ request }: Call): Promise<Record<string, unknown>> {
  const text = (await readWhole(request)).toString();
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // refused below
  }
  throw malformed("valid JSON");
}

/** In the words of Keystone's `ValidationError`. */
export function malformed(missing: string): KeystoneRefusal {
  const why = "The server could not comply with the request since it is either malformed or otherwise incorrect.";
  return new KeystoneRefusal(
    400,
    `Expecting to find ${missing} in request body. ${why} The client is assumed to be in error.`,
  );
}

/** A member of an unchecked document that must itself be an object; undefined when it is not. */
export function member(document: unknown, name: string): Record<string, unknown> | undefined {
  const value = (document as Record<string, unknown> | undefined)?.[name];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

export function listLinks(context: KeystoneContext, { request }: Call): Record<string, unknown> {
  const query = request.rawQuery === "" ? "" : `?${request.rawQuery}`;
  return { next: null, self: `${context.site.origin}${request.path}${query}`, previous: null };
}
