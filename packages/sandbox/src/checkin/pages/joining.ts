import { type Html, html } from "./html.ts";

const steps = ["Account", "Request", "Approval"] as const;

/** The way into a VO, and where on it this page stands. `length` of the steps: all are done. */
export function joining(current: 0 | 1 | 2 | 3): Html {
  const items = steps.map((name, at) => {
    if (at < current) return html`<li class="done">${name}<span class="hidden"> (done)</span></li>`;
    return at === current ? html`<li aria-current="step">${name}</li>` : html`<li>${name}</li>`;
  });
  return html`<ol class="steps" aria-label="The way into a virtual organisation">
    ${items}
  </ol>`;
}
