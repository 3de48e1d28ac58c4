import { parseJson, readText } from "../body.ts";
import type { HttpResponse } from "../http.ts";

export type KeystoneErrorCode =
  /**
   * 401 from the web server in front of Keystone (an HTML body, `WWW-Authenticate: Bearer`): it does not accept the
   * access token.
   */
  | "KEYSTONE_ACCESS_TOKEN_REFUSED"
  /**
   * 401 as JSON. In a federated login: the mapping gives this person no group. While scoping: no role in the project,
   * or no such project. Elsewhere: the Keystone token expired. Keystone's words are the same for all of them.
   */
  | "KEYSTONE_UNAUTHORIZED"
  /** 403: signed in, but policy forbids this. */
  | "KEYSTONE_FORBIDDEN"
  /** 404 as JSON. Also what a bad Keystone token gets when it is used as the identity of a new one. */
  | "KEYSTONE_NOT_FOUND"
  /** 404 as HTML: there is no Keystone below this URL. */
  | "KEYSTONE_NO_SUCH_URL"
  /** The answer is not what the Identity API says. A redirect, for example, is a login page and never a token. */
  | "KEYSTONE_BAD_RESPONSE"
  /** 500 and above. */
  | "KEYSTONE_UNAVAILABLE"
  | "KEYSTONE_FAILED";

/** Keystone, or the web server in front of it, refused a request. */
export class KeystoneError extends Error {
  readonly code: KeystoneErrorCode;
  readonly status?: number;
  /** `x-openstack-request-id`: what the site's support can look up. */
  readonly requestId?: string;

  constructor(code: KeystoneErrorCode, message: string, evidence: { response?: HttpResponse } = {}) {
    super(message);
    this.name = "KeystoneError";
    this.code = code;
    const { response } = evidence;
    if (response !== undefined) this.status = response.status;
    const requestId = response?.headers["x-openstack-request-id"];
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** Reads an answer that is no success. The message is Keystone's own where it gave one. */
export async function keystoneFailure(response: HttpResponse): Promise<KeystoneError> {
  const body = parseJson(await readText(response)) as { error?: { message?: unknown } } | undefined;
  const said = body?.error?.message;
  const message = typeof said === "string" ? said : `Keystone answered with status ${response.status}`;
  return new KeystoneError(codeOf(response, body !== undefined), message, { response });
}

function codeOf(response: HttpResponse, json: boolean): KeystoneErrorCode {
  const { status } = response;
  const bearer = /^bearer/i.test(response.headers["www-authenticate"] ?? "");
  if (status === 401) return bearer || !json ? "KEYSTONE_ACCESS_TOKEN_REFUSED" : "KEYSTONE_UNAUTHORIZED";
  if (status === 403) return "KEYSTONE_FORBIDDEN";
  if (status === 404) return json ? "KEYSTONE_NOT_FOUND" : "KEYSTONE_NO_SUCH_URL";
  if (status >= 500) return "KEYSTONE_UNAVAILABLE";
  return status < 400 ? "KEYSTONE_BAD_RESPONSE" : "KEYSTONE_FAILED";
}
