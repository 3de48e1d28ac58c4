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

/** What a page shows. */
export interface Content {
  readonly title: string;
  readonly body: Html;
  /** One sentence under the title. */
  readonly lead?: Html | string | undefined;
  /** Above the title: where in a sequence of pages this one stands. */
  readonly steps?: Html;
  /** Whose session it is. */
  readonly person?: Person | undefined;
  /** Whether it says that something went wrong. */
  readonly isError?: boolean;
  /** Whether it has a button that copies. No other page runs a script. */
  readonly copies?: boolean;
}

export interface Page extends Content {
  /** Default 200. */
  readonly status?: number;
}

export const stylesheetPath = "/sandbox/style.css";
export const iconPath = "/sandbox/icon.svg";
export const copyScriptPath = "/sandbox/copy.js";
const logoutPath = "/auth/realms/egi/protocol/openid-connect/logout";

export function page({ status = 200, ...content }: Page): ServiceResponse {
  const isError = content.isError ?? status >= 400;
  return { status, headers: pageHeaders(content), body: document({ ...content, isError }).text };
}

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
export function pageHeaders({ copies }: Pick<Content, "copies"> = {}): Record<string, string> {
  const script = copies === true ? "; script-src 'self'" : "";
  return {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": `default-src 'none'; style-src 'self'; img-src 'self'${script}; frame-ancestors 'none'; base-uri 'none'`,
    // With `no-referrer` browsers would send forms with `Origin: null`, as if they came from elsewhere.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
  };
}

export function document({ title, body, lead, steps, person, isError, copies }: Content): Html {
  const script = copies === true ? html`<script src="${copyScriptPath}" defer></script>` : undefined;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${isError === true ? "Error: " : ""}${title} - Check-in sandbox</title>
        <link rel="icon" href="${iconPath}" type="image/svg+xml" />
        <link rel="stylesheet" href="${stylesheetPath}" />
        ${script}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header>
          <a class="brand" href="/"><img src="${iconPath}" alt="" width="28" height="28" /> Check-in</a>
          <span class="badge">sandbox</span>
          ${account(person)}
        </header>
        <main id="main" tabindex="-1">
          ${steps}
          <h1>${title}</h1>
          ${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`} ${body}
        </main>
        <footer>A cloud on this machine, for learning and tests. Nothing here reaches EGI.</footer>
      </body>
    </html> `;
}

function account(person: Person | undefined): Html | undefined {
  if (person === undefined) return undefined;
  return html`<nav aria-label="Your account">
    <span>${person.name} <span class="quiet">(${person.username})</span></span>
    <a href="${logoutPath}">Sign out</a>
  </nav>`;
}

export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return { status: 303, headers: { Location: location, "Cache-Control": "no-store", ...headers } };
}

/** Says what just happened, in a box that screen readers read out. */
export function notice(message: string | Html | undefined, kind: "error" | "done" | "note" = "note"): Html | undefined {
  if (message === undefined) return undefined;
  return html`<div class="notice ${kind}" role="${kind === "error" ? "alert" : "status"}">${message}</div>`;
}
