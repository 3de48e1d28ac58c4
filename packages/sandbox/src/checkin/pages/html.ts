import type { ServiceResponse } from "../../http/service.ts";
import type { Person } from "../people.ts";

/** Markup that is safe to send. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[] | undefined;

/** Markup from a template; values are escaped unless they are markup themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.reduce((text, part, at) => text + render(values[at - 1]) + part));
}

function render(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escapeHtml(String(value));
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Default 200. */
  readonly status?: number;
  /** Whose session it is. */
  readonly person?: Person | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export const stylesheetPath = "/sandbox/style.css";
const logoutPath = "/auth/realms/egi/protocol/openid-connect/logout";

export function page({ title, body, status = 200, person, headers = {} }: Page): ServiceResponse {
  return {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
      "Referrer-Policy": "no-referrer",
      ...headers,
    },
    body: document(title, body, person).text,
  };
}

export function document(title: string, body: Html, person: Person | undefined): Html {
  const account =
    person === undefined
      ? undefined
      : html`<p class="account">${person.name} (${person.username}) &middot; <a href="${logoutPath}">Sign out</a></p>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - sandbox Check-in</title>
        <link rel="stylesheet" href="${stylesheetPath}" />
      </head>
      <body>
        <header><a href="/">Sandbox Check-in</a>${account}</header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>A sandbox on this machine, made for learning and tests. Nothing here reaches EGI.</footer>
      </body>
    </html> `;
}

export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return { status: 303, headers: { Location: location, "Cache-Control": "no-store", ...headers } };
}

/** A line that says what went wrong, read out by screen readers. */
export function alert(message: string | undefined): Html | undefined {
  return message === undefined ? undefined : html`<p class="alert" role="alert">${message}</p>`;
}
