import type { ServiceResponse } from "../../http/service.ts";
import { html, page } from "./html.ts";
import { approvalPath, type Desk, devicePath, enrolmentPath, portalPath, signUpPath, type Visit } from "./desk.ts";

export function homePage({ people, deviceGrant }: Desk, { person }: Visit): ServiceResponse {
  const rows = people
    .list()
    .map(({ username, description }) => html`<li><strong>${username}</strong>: ${description}</li>`);
  const device = deviceGrant ? html`<li><a href="${devicePath}">Enter a device's code</a></li>` : undefined;
  return page({
    title: "A federated cloud, on this machine",
    person,
    body: html`<ul>
        <li><a href="${signUpPath}">Sign up</a> for an account</li>
        <li><a href="${enrolmentPath}">Join the VO</a> vo.pangeo.eu</li>
        <li><a href="${approvalPath}">Approve requests</a>, as its manager</li>
        <li><a href="${portalPath}">Get an access token</a></li>
        ${device}
      </ul>
      <h2>Who there is</h2>
      <ul>
        ${rows}
      </ul>
      <p>All sign in with the passphrase that <code>fedbucket sandbox up</code> printed.</p>`,
  });
}
