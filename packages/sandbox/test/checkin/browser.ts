import type { Sandbox } from "../../src/index.ts";

/** What a browser does with forms and cookies, without one. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  /** Where the last page was. */
  url = "";

  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { Accept: "text/html", ...(cookie && { cookie }), ...(init.headers as Record<string, string>) };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    this.url = url;
    return response;
  }

  /** As {@link open}, following redirects as long as they stay on this server. */
  async visit(url: string, init: RequestInit = {}): Promise<Response> {
    let response = await this.open(url, init);
    for (let next = this.#next(response); next?.origin === new URL(url).origin; next = this.#next(response)) {
      response = await this.open(next.href);
    }
    return response;
  }

  /** Sends a form of the last page back to it, or to `action`. */
  submit(fields: Record<string, string>, action = this.url): Promise<Response> {
    const origin = new URL(action).origin;
    return this.visit(action, { method: "POST", body: new URLSearchParams(fields), headers: { Origin: origin } });
  }

  async signIn(sandbox: Sandbox, username: string): Promise<void> {
    await this.visit(`${sandbox.issuer}/login`);
    await this.submit({ username, passphrase: sandbox.passphrase });
  }

  #next(response: Response): URL | undefined {
    const location = response.headers.get("location");
    return location === null ? undefined : new URL(location, this.url);
  }
}
