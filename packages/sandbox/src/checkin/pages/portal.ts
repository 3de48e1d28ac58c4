import type { ServiceResponse } from "../../http/service.ts";
import { fullScope } from "../claims.ts";
import { portalClientId } from "../clients.ts";
import type { Desk, MemberVisit } from "./desk.ts";
import { type Html, html, page } from "./html.ts";

/** The token portal: each visit makes a new pair. */
export async function portalPage({ issuer }: Desk, { person }: MemberVisit): Promise<ServiceResponse> {
  const tokens = await issuer.issue(person, portalClientId, fullScope);
  return page({
    title: "Your tokens",
    person,
    copies: true,
    lead: "Whoever has one of these is you: show them to nobody, and paste them only where nothing is shown.",
    body: html`${token("access-token", "Access token", 6, tokens.accessToken, html`Works for ${inWords(tokens.expiresInSeconds)}.`)}
      <p class="hint">Copy it, then paste it into this, Enter, Ctrl-D:</p>
      <pre><code>fedbucket connect sandbox <span class="whole">--token-file -</span></code></pre>
      ${token(
        "refresh-token",
        "Refresh token",
        2,
        tokens.refreshToken,
        html`Gets new access tokens for a year, with the client id <code id="client-id">${portalClientId}</code> and no
          other. It works once: each use gives the next one.`,
      )}`,
  });
}

function token(id: string, label: string, rows: number, value: string, hint: Html): Html {
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <p class="hint" id="${id}-hint">${hint}</p>
    <textarea id="${id}" rows="${rows}" readonly spellcheck="false" aria-describedby="${id}-hint">${value}</textarea>
    <button class="quiet" type="button" data-copy="${id}" hidden>
      Copy<span class="hidden"> the ${label.toLowerCase()}</span>
    </button>
    <span class="quiet" role="status"></span>
  </div>`;
}

/** `1 hour`, `90 seconds` */
function inWords(seconds: number): string {
  const [count, unit] =
    seconds >= 7200 ? [seconds / 3600, "hour"] : seconds >= 180 ? [seconds / 60, "minute"] : [seconds, "second"];
  const whole = Math.round(count);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
