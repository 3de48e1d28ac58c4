import type { HttpRequest } from "../../http.ts";

const served: ReadonlySet<string> = new Set<HttpRequest["method"]>(["GET", "HEAD", "PUT", "DELETE"]);
const token = /^[\w!#$%&'*+.^`|~-]+$/;
const value = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/**
 * The request line and headers as Latin-1; undefined for what is left to `node:http`: requests that change more than what
 * they name, bodies of unknown length, and whatever cannot stand in a head.
 *
 * @param headers As they go on the wire, `content-length` among them where there is a body.
 */
export function requestHead(
  { method, stream }: HttpRequest,
  target: string,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  if (!served.has(method) || stream !== undefined || !/^[\u0021-\u007e]+$/.test(target)) return undefined;
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (const name in headers) {
    const text = headers[name] ?? "";
    if (!token.test(name) || !value.test(text)) return undefined;
    head += `${name}: ${text}\r\n`;
  }
  return `${head}connection: keep-alive\r\n\r\n`;
}
