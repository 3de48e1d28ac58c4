import { Failure } from "../failure.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** `proxy-authorization`, when the variable holds a name and a password. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The proxy for an origin, from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; undefined for none. This machine itself is
 * never reached through one.
 *
 * @throws Failure `PROXY_UNUSABLE` when the variable is no http or https address.
 */
export function proxyFor(env: Environment, scheme: "http" | "https", authority: string): Proxy | undefined {
  const name = scheme === "https" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const address = env[name.toLowerCase()] ?? env[name];
  if (!address || isDirect(env["no_proxy"] ?? env["NO_PROXY"] ?? "", authority, scheme)) return undefined;
  const text = address.includes("://") ? address : `http://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new Failure("PROXY_UNUSABLE", "usage", `${name} is not the address of an HTTP proxy`, {
      cure: [`Set it to something like: export ${name}=http://proxy.example.org:3128`],
    });
  }
  const { protocol, hostname, port, username, password } = url;
  const pair = `${decoded(username)}:${decoded(password)}`;
  const headers = username
    ? { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` }
    : ({} as Record<string, string>);
  return { protocol, hostname, port, headers };
}

/** A `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `NO_PROXY`: hosts with their subdomains, with or without a port, separated by commas or spaces; `*` for all. */
function isDirect(noProxy: string, authority: string, scheme: "http" | "https"): boolean {
  const { hostname, port } = new URL(`${scheme}://${authority}`);
  if (hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname)) return true;
  const usualPort = scheme === "https" ? "443" : "80";
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, host = "", onlyPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (host === "" || (onlyPort !== undefined && onlyPort !== (port || usualPort))) return false;
    return hostname === host || hostname.endsWith(`.${host}`);
  });
}
