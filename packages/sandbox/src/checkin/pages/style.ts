import type { ServiceResponse } from "../../http/service.ts";

const css = `
:root { color-scheme: light dark; --line: #8886; --accent: #0a5c8f; --alert: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #6cb8e6; --alert: #ff897d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 40rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; border-bottom: 1px solid var(--line); }
header a { font-weight: 600; }
.account { margin: 0; font-size: .9rem; }
h1 { font-size: 1.4rem; line-height: 1.25; }
a { color: var(--accent); }
label { display: block; margin-top: 1rem; font-weight: 600; }
input:not([type=checkbox]), textarea { width: 100%; padding: .6rem; font: inherit; border: 1px solid var(--line); border-radius: .3rem; }
textarea { font-family: ui-monospace, monospace; font-size: .85rem; }
label.check { font-weight: 400; }
button { margin: 1rem .5rem 0 0; padding: .6rem 1.4rem; font: inherit; font-weight: 600; border: 2px solid var(--accent); border-radius: .3rem; background: var(--accent); color: Canvas; cursor: pointer; }
button.quiet { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alert { padding: .6rem; border-left: .3rem solid var(--alert); color: var(--alert); }
.code { font: 600 1.8rem ui-monospace, monospace; letter-spacing: .15em; }
li { margin: .5rem 0; }
code { overflow-wrap: anywhere; }
footer { margin-top: 2rem; padding-top: .5rem; border-top: 1px solid var(--line); font-size: .85rem; }
`;

export function stylesheet(): ServiceResponse {
  return {
    status: 200,
    headers: { "Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=300" },
    body: css,
  };
}
