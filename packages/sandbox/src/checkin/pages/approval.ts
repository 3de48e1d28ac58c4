import type { ServiceResponse } from "../../http/service.ts";
import { type Enrolment, entitlement, type Person, vo } from "../people.ts";
import { approvalPath, type Desk, loginPath, type MemberVisit } from "./desk.ts";
import { type Html, html, notice, page, redirect } from "./html.ts";

export function approvalPage({ people }: Desk, { person, request }: MemberVisit): ServiceResponse {
  if (!isManager(person)) return forManagersOnly(person);
  const waiting = people.pendingEnrolments();
  const count = waiting.length === 1 ? "1 person waits." : `${waiting.length} people wait.`;
  return page({
    title: `Requests to join ${vo}`,
    person,
    lead: waiting.length === 0 ? "Nobody waits." : `${count} Who is let in can use the projects of ${vo}.`,
    body: html`${notice(decided(request.query.get("decided")), "done")}
    ${
      waiting.length === 0
        ? undefined
        : html`<ul class="cards">
            ${waiting.map(card)}
          </ul>`
    }`,
  });
}

export function decideEnrolment({ people }: Desk, { person, form }: MemberVisit): ServiceResponse {
  if (!isManager(person)) return forManagersOnly(person);
  const decision = form.get("decision") === "approved" ? "approved" : "declined";
  const found = people.decide(form.get("id") ?? "", decision);
  return redirect(`${approvalPath}?decided=${found ? decision : "before"}`);
}

function decided(decision: string | null): string | undefined {
  if (decision === "approved") return "Approved. It counts from their next sign-in.";
  if (decision === "declined") return "Declined. They may ask again.";
  return decision === "before" ? "Somebody has decided that request before." : undefined;
}

function card({ id, person, statement, requestedAt }: Enrolment): Html {
  const name = `request-${id}`;
  return html`<li>
    <h2 id="${name}">${person.name}</h2>
    <p class="hint">
      <code>${person.username}</code>, ${person.email}, asked on
      <time datetime="${requestedAt.toISOString()}">${requestedAt.toISOString().slice(0, 10)}</time>
    </p>
    <blockquote>${statement}</blockquote>
    <form method="post" aria-labelledby="${name}">
      <input type="hidden" name="id" value="${id}" />
      <button name="decision" value="approved" aria-describedby="${name}">Approve</button>
      <button class="quiet" name="decision" value="declined" aria-describedby="${name}">Decline</button>
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
    lead: `You are not a manager of ${vo}.`,
    body: html`<p>The sandbox's manager is <code>carla</code>, with the same passphrase as everybody.</p>
      <p>
        <a class="button" href="${loginPath}?next=${encodeURIComponent(approvalPath)}">Sign in as carla</a>
      </p>`,
  });
}
