import type { ServiceResponse } from "../../http/service.ts";
import { type Enrolment, entitlement, type Person, vo } from "../people.ts";
import { type Html, html, page, redirect } from "./html.ts";
import { approvalPath, type Desk, type MemberVisit } from "./desk.ts";

export function approvalPage({ people }: Desk, { person }: MemberVisit): ServiceResponse {
  if (!isManager(person)) return forManagersOnly(person);
  const rows = people.pendingEnrolments().map(row);
  return page({
    title: `Requests to join ${vo}`,
    person,
    body:
      rows.length === 0
        ? html`<p>Nobody waits.</p>`
        : html`<ul>
            ${rows}
          </ul>`,
  });
}

export function decideEnrolment({ people }: Desk, { person, form }: MemberVisit): ServiceResponse {
  if (!isManager(person)) return forManagersOnly(person);
  const decision = form.get("decision") === "approved" ? "approved" : "declined";
  people.decide(form.get("id") ?? "", decision);
  return redirect(approvalPath);
}

function row({ id, person, statement, requestedAt }: Enrolment): Html {
  return html`<li>
    <strong>${person.name}</strong> (${person.username}, ${person.email}), ${requestedAt.toISOString().slice(0, 10)}
    <br />${statement}
    <form method="post">
      <input type="hidden" name="id" value="${id}" />
      <button name="decision" value="approved">Approve<span hidden> ${person.name}</span></button>
      <button class="quiet" name="decision" value="declined">Decline</button>
    </form>
  </li>`;
}

function isManager(person: Person): boolean {
  return person.entitlements.includes(entitlement(vo, "manager"));
}

function forManagersOnly(person: Person): ServiceResponse {
  return page({
    title: "For managers only",
    status: 403,
    person,
    body: html`<p>You are not a manager of ${vo}. Sign out, then sign in as <strong>carla</strong>.</p>`,
  });
}
