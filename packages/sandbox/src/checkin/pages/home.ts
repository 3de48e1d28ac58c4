import type { ServiceResponse } from "../../http/service.ts";
import { vo } from "../people.ts";
import { approvalPath, type Desk, devicePath, enrolmentPath, portalPath, signUpPath, type Visit } from "./desk.ts";
import { type Html, html, page } from "./html.ts";
import { peopleList } from "./people-list.ts";

export function homePage({ people, deviceGrant }: Desk, { person }: Visit): ServiceResponse {
  return page({
    title: "A federated cloud, on this machine",
    person,
    lead: "What EGI Check-in does for a scientist, to try out: nothing here is real, and nothing can break.",
    body: html`<ul class="cards tiles">
        ${tile(signUpPath, "Sign up", "for an account of your own")}
        ${tile(enrolmentPath, `Join ${vo}`, "by saying what you need it for")}
        ${tile(approvalPath, "Approve requests", "as the VO's manager, carla")}
        ${tile(portalPath, "Get a token", "to paste into a program")}
        ${deviceGrant ? tile(devicePath, "Sign a device in", "with the code that it shows") : undefined}
      </ul>
      <h2>Who there is</h2>
      ${peopleList(people.list())}
      <p>All sign in with the passphrase that <code>fedbucket sandbox up</code> printed.</p>`,
  });
}

const tile = (path: string, title: string, words: string): Html =>
  html`<li>
    <a href="${path}">${title}</a>
    <p class="hint">${words}</p>
  </li>`;
