import type { ServiceResponse } from "../../http/service.ts";
import { entitlement, oldVo, vo } from "../people.ts";
import { approvalPath, type Desk, enrolmentPath, loginPath, type MemberVisit } from "./desk.ts";
import { checkbox, focused, type Problems, summary, textarea } from "./field.ts";
import { html, page } from "./html.ts";
import { joining } from "./joining.ts";

/** What the how-to tells people to write. */
const example = "To execute Jupyter notebooks during eScience Course as student (or mentor)";

export function enrolmentPage({ people }: Desk, visit: MemberVisit): ServiceResponse {
  const { person } = visit;
  if (person.entitlements.includes(entitlement(vo))) return memberPage(visit);
  const waits = people.pendingEnrolments().some((enrolment) => enrolment.person.sub === person.sub);
  return waits ? pendingPage(visit) : enrolmentForm(visit);
}

export function requestEnrolment({ people }: Desk, visit: MemberVisit): ServiceResponse {
  const statement = (visit.form.get("statement") ?? "").trim();
  const problems: Problems = {
    ...(statement === "" || statement.length > 2000
      ? { statement: "Please say what you need the VO for (at most 2000 characters)." }
      : {}),
    ...(visit.form.get("policy") === "agreed" ? {} : { policy: "Please review the policy and agree to it." }),
  };
  if (Object.keys(problems).length > 0) return enrolmentForm(visit, problems);
  people.requestEnrolment(visit.person, statement);
  return pendingPage(visit);
}

function memberPage({ person }: MemberVisit): ServiceResponse {
  return page({
    title: `You are a member of ${vo}`,
    person,
    steps: joining(3),
    lead: "There is nothing to do here.",
    body: html`<p>Sign in again wherever you use your account, so that the site sees it:</p>
      <pre><code>fedbucket connect sandbox</code></pre>`,
  });
}

function pendingPage({ person }: MemberVisit): ServiceResponse {
  return page({
    title: "Your request waits for a manager",
    person,
    steps: joining(2),
    lead: html`A manager of <strong>${vo}</strong> reads it, which at EGI may take days.`,
    body: html`<p>
        Here you can be the manager yourself: sign out, sign in as <code>carla</code>, and
        <a href="${approvalPath}">approve it</a>.
      </p>
      <p>Once it is approved, sign in again wherever you use your account: what was issued before does not know.</p>
      <p><a class="button quiet" href="${enrolmentPath}">Look again</a></p>`,
  });
}

function enrolmentForm({ person, form }: MemberVisit, problems: Problems = {}): ServiceResponse {
  const [statement, policy] = focused(
    [
      {
        name: "statement",
        label: "Statement of purpose",
        hint: html`For the manager, in a sentence. For example: <q>${example}</q>`,
        value: form.get("statement") ?? "",
        rows: 4,
      },
      {
        name: "policy",
        label:
          "I have read the acceptable use policy and agree to it: use it for the purpose above, keep tokens and keys to yourself.",
        value: "agreed",
        rows: 0,
      },
    ],
    problems,
  );
  return page({
    title: `Join ${vo}`,
    status: Object.keys(problems).length === 0 ? 200 : 400,
    person,
    steps: joining(1),
    lead: html`Older guides call this virtual organisation <em>${oldVo}</em>; it is the same.`,
    body: html`${summary(problems)}
      <form method="post" novalidate>
        ${statement && textarea(statement)} ${policy && checkbox(policy)}<button>Submit</button>
      </form>
      <p>
        Not ${person.name}?
        <a href="${loginPath}?next=${encodeURIComponent(enrolmentPath)}">Sign in as somebody else</a>
      </p>`,
  });
}
