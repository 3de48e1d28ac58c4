import type { Person } from "../people.ts";
import { type Html, html } from "./html.ts";

/** Everybody who can sign in, by what is typed. */
export function peopleList(people: readonly Person[]): Html {
  const rows = people.map(
    ({ username, name, description }) =>
      html`<div>
        <dt><code>${username}</code></dt>
        <dd>${name}, ${description}</dd>
      </div>`,
  );
  return html`<dl class="people">${rows}</dl>`;
}
