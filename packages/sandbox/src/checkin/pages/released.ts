import { type Html, html } from "./html.ts";

/** What scopes mean to the person who grants them; several may mean the same. */
const meanings: Readonly<Record<string, string>> = {
  openid: "know who you are",
  voperson_id: "know who you are",
  eduperson_unique_id: "know who you are",
  profile: "read your name and user name",
  email: "read your e-mail address",
  eduperson_entitlement: "read which virtual organisations you are in",
  entitlements: "read which virtual organisations you are in",
  eduperson_scoped_affiliation: "read where you work or study",
  eduperson_assurance: "read how well your identity was checked",
  offline_access: "stay signed in for a year, until you sign it out",
};

/** A list of what these scopes allow, in words. */
export function released(scope: string): Html {
  const words = new Set(scope.split(" ").map((name) => meanings[name] ?? `use the scope ${name}`));
  return html`<ul>
    ${[...words].map((meaning) => html`<li>${meaning}</li>`)}
  </ul>`;
}
