import type { ServiceResponse } from "../../http/service.ts";

/** Every pair of text and ground has a contrast of 4.5 or more, every border of a field 3 or more (WCAG 2.2, AA). */
const css = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --paper: #fff; --text: #1a2530; --quiet: #51606f; --line: #dbe1e7; --edge: #73828f;
  --accent: #0a5c8f; --on-accent: #fff; --tint: #e8f2f9; --bad: #a8201a; --bad-tint: #fdf0ef; --good: #1c6b3c; --good-tint: #ecf6f0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10161c; --paper: #19212a; --text: #e6ecf2; --quiet: #a3b1bf; --line: #2c3743; --edge: #76879a;
    --accent: #82c6f0; --on-accent: #07202f; --tint: #1c3140; --bad: #ff9d94; --bad-tint: #38201f; --good: #8fd6a8; --good-tint: #1b3125;
  }
}
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 42rem; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding: 1.25rem 0; }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 650; font-size: 1.1rem; color: var(--text); text-decoration: none; padding: .35rem 0; }
.badge { padding: .1rem .55rem; border-radius: 1rem; background: var(--tint); color: var(--accent); font-size: .8rem; font-weight: 600; }
nav { margin-left: auto; display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .9rem; }
nav a { padding: .35rem 0; } nav > span { padding: .35rem 0; }
main { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 2.25rem 2.5rem 2.5rem; outline: none; }
footer { padding: 1.25rem 0 2rem; color: var(--quiet); font-size: .85rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.65rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h1:has(+ .lead) { margin-bottom: .5rem; }
h2 { margin: 2rem 0 .75rem; font-size: 1.1rem; line-height: 1.3; }
p, ul, dl, pre, blockquote { margin: 0 0 1rem; }
.lead { margin-bottom: 1.5rem; color: var(--quiet); font-size: 1.05rem; }
.hint, .quiet { color: var(--quiet); } .hint { margin: 0 0 .5rem; font-size: .9rem; }
a { color: var(--accent); text-underline-offset: .15em; }
code { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { padding: .75rem 1rem; border-radius: .4rem; background: var(--ground); white-space: pre-wrap; } pre + .field { margin-top: 1.75rem; } .whole { white-space: nowrap; }
form { margin: 0 0 1.5rem; }
.field { margin: 0 0 1.5rem; }
label { display: block; margin-bottom: .3rem; font-weight: 600; }
input:not([type=checkbox]), textarea { display: block; width: 100%; padding: .65rem .8rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: .4rem; }
textarea { resize: vertical; line-height: 1.45; }
textarea[readonly] { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; font-size: .8rem; background: var(--ground); word-break: break-all; }
.check { display: flex; gap: .75rem; font-weight: 400; cursor: pointer; }
.check input { flex: none; width: 1.35rem; height: 1.35rem; margin: .1rem 0 0; accent-color: var(--accent); }
.wrong { padding-left: .9rem; border-left: .25rem solid var(--bad); }
.wrong input:not([type=checkbox]), .wrong textarea { border-color: var(--bad); }
.problem { margin: 0 0 .4rem; color: var(--bad); font-weight: 600; font-size: .95rem; }
button, .button { display: inline-block; min-height: 2.75rem; margin: 0 .5rem .5rem 0; padding: .55rem 1.5rem; font: inherit; font-weight: 600; line-height: 1.4; text-decoration: none; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .4rem; cursor: pointer; }
button.quiet, .button.quiet { color: var(--accent); background: transparent; }
button:hover, .button:hover { text-decoration: underline; }
[data-copy] { margin-top: .6rem; }
[hidden] { display: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.notice { margin: 0 0 1.5rem; padding: .85rem 1rem; border-left: .25rem solid var(--accent); border-radius: .25rem; background: var(--tint); }
.notice.error { border-color: var(--bad); background: var(--bad-tint); } .notice.error, .notice.error a { color: var(--bad); }
.notice.done { border-color: var(--good); background: var(--good-tint); color: var(--good); }
.notice ul { margin: .35rem 0 0; padding-left: 1.2rem; }
.steps { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; margin: 0 0 1.75rem; padding: 0; list-style: none; counter-reset: step; font-size: .9rem; color: var(--quiet); }
.steps li { display: flex; align-items: center; gap: .5rem; counter-increment: step; }
.steps li::before { content: counter(step); display: grid; place-items: center; width: 1.6rem; height: 1.6rem; border: 1px solid var(--edge); border-radius: 50%; font-size: .8rem; font-weight: 600; }
.steps [aria-current] { color: var(--text); font-weight: 600; }
.steps [aria-current]::before { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.steps .done::before { content: "✓"; color: var(--good); border-color: var(--good); background: var(--good-tint); }
.code { padding: .9rem; border-radius: .4rem; background: var(--tint); text-align: center; font: 650 2rem/1.2 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; letter-spacing: .12em; }
.code-form input { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; font-size: 1.4rem; letter-spacing: .12em; text-transform: uppercase; }
.cards { display: grid; gap: 1rem; padding: 0; list-style: none; }
.cards > li { padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: .6rem; }
.cards h2 { margin: 0 0 .15rem; } .cards form { margin: 0; } .cards blockquote { margin: .75rem 0 1rem; padding-left: .9rem; border-left: .2rem solid var(--line); overflow-wrap: anywhere; white-space: pre-line; }
.tiles { grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; } .tiles > li { position: relative; } .tiles a { font-weight: 600; } .tiles .hint { margin: .15rem 0 0; }
.tiles a::after { content: ""; position: absolute; inset: 0; border-radius: .6rem; } .tiles > li:hover { border-color: var(--edge); }
.people div { display: flex; gap: .25rem 1rem; padding: .45rem 0; border-bottom: 1px solid var(--line); } .people div:last-child { border: 0; }
.people dt { flex: 0 0 5.5rem; font-weight: 600; } .people dd { margin: 0; }
details { border-top: 1px solid var(--line); padding-top: 1rem; } summary { cursor: pointer; padding: .35rem 0; color: var(--accent); } details[open] summary { margin-bottom: .5rem; }
main > :last-child { margin-bottom: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .6rem 1rem; background: var(--paper); border-radius: .4rem; } .skip:focus { top: .75rem; z-index: 1; }
@media (max-width: 30rem) {
  main { padding: 1.5rem 1.15rem 1.75rem; } h1 { font-size: 1.4rem; } header { padding: .9rem 0; }
  .steps { gap: .4rem .7rem; font-size: .8rem; } .steps li { gap: .35rem; }
  nav { margin-left: 0; width: 100%; justify-content: space-between; }
  form > button, .field > button { width: 100%; margin-right: 0; } .people div { display: block; } .code { font-size: 1.6rem; }
}
`;

/** A bucket. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="7" fill="#0a5c8f"/><path d="M7 10h14l-1.7 10.2a1.6 1.6 0 0 1-1.6 1.3h-7.4a1.6 1.6 0 0 1-1.6-1.3z" fill="#fff"/><path d="M8.2 9.5a5.8 5.2 0 0 1 11.6 0" fill="none" stroke="#fff" stroke-width="1.8"/></svg>`;

/** The buttons are there only where they can work. */
const copyScript = `for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const said = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    said.textContent = "Copied";
    setTimeout(() => (said.textContent = ""), 3000);
  });
}
`;

const asset = (type: string, body: string): ServiceResponse => ({
  status: 200,
  headers: { "Content-Type": type, "Cache-Control": "max-age=300", "X-Content-Type-Options": "nosniff" },
  body,
});

export const stylesheet = (): ServiceResponse => asset("text/css; charset=utf-8", css);
export const iconImage = (): ServiceResponse => asset("image/svg+xml", icon);
export const copyButton = (): ServiceResponse => asset("text/javascript; charset=utf-8", copyScript);
