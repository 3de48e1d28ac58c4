import type { ServiceResponse } from "../../http/service.ts";
import { entitlement, oldVo, vo } from "../people.ts";
import { alert, html, page } from "./html.ts";
import { approvalPath, type Desk, type MemberVisit } from "./desk.ts";

export function enrolmentPage({ people }: Desk, { person }: MemberVisit): ServiceResponse {
  if (person.entitlements.includes(entitlement(vo))) {
    return page({ title: `You are a member of ${vo}`, person, body: html`<p>There is nothing to do.</p>` });
  }
  const waits = people.pendingEnrolments().some((enrolment) => enrolment.person.sub === person.sub);
  return waits ? pendingPage({ person }) : enrolmentForm({ person });
}

export function requestEnrolment({ people }: Desk, visit: MemberVisit): ServiceResponse {
  const statement = (visit.form.get("statement") ?? "").trim();
  if (statement === "" || statement.length > 2000) {
    return enrolmentForm(visit, "Please say what you need the VO for (at most 2000 characters).", statement);
  }
  if (visit.form.get("policy") !== "agreed") {
    return enrolmentForm(visit, "Please review the policy and agree to it.", statement);
  }
  people.requestEnrolment(visit.person, statement);
  return pendingPage(visit);
}

function pendingPage({ person }: Pick<MemberVisit, "person">): ServiceResponse {
  return page({
    title: "Your request waits for a manager",
    person,
    body: html`<p>
        A manager of ${vo} reads it, which at EGI may take days. Here, sign in as <strong>carla</strong> and
        <a href="${approvalPath}">approve it</a>.
      </p>
      <p>Once it is approved, sign in again wherever you use your account: what was issued before does not know.</p>`,
  });
}

function enrolmentForm({ person }: Pick<MemberVisit, "person">, message?: string, statement = ""): ServiceResponse {
  return page({
    title: `Join ${vo}`,
    status: message === undefined ? 200 : 400,
    person,
    body: html`${alert(message)}
      <p>Older guides call this VO <em>${oldVo}</em>; it is the same.</p>
      <form method="post">
        <label for="statement">Statement of purpose</label>
        <textarea
          id="statement"
          name="statement"
          rows="4"
          required
          autofocus
          placeholder="To execute Jupyter notebooks during eScience Course as student (or mentor)"
        >
${statement}</textarea>
        <label class="check"
          ><input type="checkbox" name="policy" value="agreed" required /> I have read the acceptable use policy and
          agree to it: use it for the purpose above, keep tokens and keys to yourself.</label
        >
        <button>Submit</button>
      </form>`,
  });
}
