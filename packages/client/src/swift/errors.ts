import { parseJson, readText } from "../body.ts";
import { discard, type HttpResponse } from "../http.ts";

/** An error answer of a Swift API. Swift itself tells by the status alone; its body is a page of HTML. */
export class SwiftError extends Error {
  /** RGW's word, `NoSuchKey` for example; `HTTP <status>` otherwise. */
  readonly code: string;
  readonly status: number;
  readonly requestId?: string;

  constructor(code: string, status: number, message: string, options: ErrorOptions & { requestId?: string } = {}) {
    super(message, options);
    this.name = "SwiftError";
    this.code = code;
    this.status = status;
    if (options.requestId !== undefined) this.requestId = options.requestId;
  }
}

/** Reads an answer whose status says that it is an error. RGW's body is JSON or the bare word. */
export async function readSwiftError(response: HttpResponse): Promise<SwiftError> {
  const text = (await readText(response)).trim();
  const json = parseJson(text);
  const word = isRecord(json) ? json["Code"] : /^\w+$/.test(text) ? text : undefined;
  const code = typeof word === "string" ? word : `HTTP ${response.status}`;
  return new SwiftError(code, response.status, plainText(text), idOf(response));
}

/** Reads an answer that has nothing to say but that it worked. */
export async function readDone(response: HttpResponse): Promise<void> {
  if (response.status >= 300) throw await readSwiftError(response);
  await discard(response.body);
}

/** An answer that is no error and still not what the API says. */
export function badAnswer(what: string, response: HttpResponse): SwiftError {
  return new SwiftError("BadAnswer", response.status, `the server's answer lacks ${what}`, idOf(response));
}

/** The sentence in Swift's page: `<html><h1>Conflict</h1><p>There was a conflict…</p></html>`. */
function plainText(body: string): string {
  return /<p>([^<]*)<\/p>/.exec(body)?.[1]?.trim() ?? "";
}

function idOf(response: HttpResponse): { requestId?: string } {
  const requestId = response.headers["x-openstack-request-id"] ?? response.headers["x-trans-id"];
  return requestId === undefined ? {} : { requestId };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
