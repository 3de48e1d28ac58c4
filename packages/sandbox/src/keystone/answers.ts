import { randomUUID } from "node:crypto";
import type { ServiceResponse } from "../http/service.ts";

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
};

/** Thrown by an operation and answered as Keystone words it. */
export class KeystoneRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "KeystoneRefusal";
    this.status = status;
  }
}

/** The one sentence for most of what can be wrong: no token, a bad one, a wrong project, no role, not in the VO. */
export function unauthorized(message = "The request you have made requires authentication."): KeystoneRefusal {
  return new KeystoneRefusal(401, message);
}

export const forbidden = (action: string): KeystoneRefusal => notPermitted(`identity:${action}`);

/** Where Keystone names a rule in place of an action. */
export function notPermitted(rule: string): KeystoneRefusal {
  return new KeystoneRefusal(403, `You are not authorized to perform the requested action: ${rule}.`);
}

export function notFound(what: string, id: string): KeystoneRefusal {
  return new KeystoneRefusal(404, `Could not find ${what}: ${id}.`);
}

const common = (): Record<string, string> => ({
  Vary: "X-Auth-Token",
  "x-openstack-request-id": `req-${randomUUID()}`,
});

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return {
    status,
    headers: { ...headers, ...common(), "Content-Type": "application/json" },
    body: `${JSON.stringify(body)}\n`,
  };
}

export function noContent(): ServiceResponse {
  return { status: 204, headers: common() };
}

export function refusal({ status, message }: KeystoneRefusal, origin: string): ServiceResponse {
  const headers: Record<string, string> = status === 401 ? { "WWW-Authenticate": `Keystone uri="${origin}/v3"` } : {};
  return json(status, { error: { code: status, message, title: titles[status] ?? "Error" } }, headers);
}

/** Flask's page for a path that no operation has. */
export function unknownPath(): ServiceResponse {
  return {
    status: 404,
    headers: { ...common(), "Content-Type": "text/html; charset=utf-8" },
    body: `<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`,
  };
}

/** Flask's page for a path that has operations, but not by this method. */
export function methodNotAllowed(allow: readonly string[]): ServiceResponse {
  return {
    status: 405,
    headers: { ...common(), Allow: allow.join(", "), "Content-Type": "text/html; charset=utf-8" },
    body: `<!doctype html>
<html lang=en>
<title>405 Method Not Allowed</title>
<h1>Method Not Allowed</h1>
<p>The method is not allowed for the requested URL.</p>
`,
  };
}

/** Apache's page: mod_auth_openidc refuses a bearer token before Keystone sees it. */
export function bearerRefused(error: string, description: string): ServiceResponse {
  return {
    status: 401,
    headers: {
      "WWW-Authenticate": `Bearer error="${error}", error_description="${description}"`,
      "Content-Type": "text/html; charset=iso-8859-1",
    },
    body: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>401 Unauthorized</title>
</head><body>
<h1>Unauthorized</h1>
<p>This server could not verify that you
are authorized to access the document
requested.  Either you supplied the wrong
credentials (e.g., bad password), or your
browser doesn't understand how to supply
the credentials required.</p>
</body></html>
`,
  };
}
