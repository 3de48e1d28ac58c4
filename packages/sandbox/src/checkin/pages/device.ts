import type { ServiceResponse } from "../../http/service.ts";
import { requestedScope } from "../provider.ts";
import { type Desk, devicePath, type MemberVisit } from "./desk.ts";
import { input } from "./field.ts";
import { html, page } from "./html.ts";
import { released } from "./released.ts";

type DeviceCode = InstanceType<Desk["provider"]["DeviceCode"]>;

/** Where the code that a device shows is typed in, or comes along in the link. */
export async function devicePage(desk: Desk, visit: MemberVisit): Promise<ServiceResponse> {
  const userCode = visit.request.query.get("user_code");
  if (userCode === null) return codeForm(visit);
  if (userCode.trim() === "") return codeForm(visit, { typed: "", problem: "Please type the code." });
  const code = await findWaiting(desk, userCode);
  return code === undefined ? unknownCode(visit, userCode) : confirmForm(desk, visit, code);
}

export async function deviceDecision(desk: Desk, visit: MemberVisit): Promise<ServiceResponse> {
  const { person, form } = visit;
  const userCode = form.get("user_code") ?? "";
  const code = await findWaiting(desk, userCode);
  if (code === undefined) return unknownCode(visit, userCode);
  if (form.get("decision") !== "approved") {
    Object.assign(code, { error: "access_denied", errorDescription: "The end user denied the authorization request" });
    await code.save();
    return page({ title: "Denied", person, lead: "The device was not let in.", body: closeThis });
  }
  await approve(desk, visit, code);
  return page({ title: "Done", person, lead: "The device is signed in.", body: closeThis });
}

const closeThis = html`<p>You may close this page and go back to it.</p>`;

/** Codes are typed by hand: case, dashes and spaces do not count. */
async function findWaiting({ provider }: Desk, userCode: string): Promise<DeviceCode | undefined> {
  const code = await provider.DeviceCode.findByUserCode(userCode.toUpperCase().replace(/\W/g, ""));
  return code === undefined || code.isExpired || code.accountId !== undefined || code.error !== undefined
    ? undefined
    : code;
}

async function approve({ provider }: Desk, { person }: MemberVisit, code: DeviceCode): Promise<void> {
  const grant = new provider.Grant({ clientId: String(code.clientId), accountId: person.sub });
  const scope = requestedScope(code.params);
  grant.addOIDCScope(scope);
  Object.assign(code, {
    accountId: person.sub,
    authTime: Math.floor(Date.now() / 1000),
    grantId: await grant.save(),
    scope: grant.getOIDCScopeFiltered(new Set(scope.split(" "))),
  });
  await code.save();
}

const unknownCode = (visit: MemberVisit, typed: string): ServiceResponse =>
  codeForm(visit, { typed, problem: `The code ${typed} is unknown, used or expired.` });

function codeForm({ person }: MemberVisit, refused?: { typed: string; problem: string }): ServiceResponse {
  const field = input({
    name: "user_code",
    label: "The code your device shows",
    hint: "Eight letters. Capitals and the dash do not matter.",
    autocomplete: "off",
    first: true,
    ...(refused === undefined ? {} : { value: refused.typed, problem: refused.problem }),
  });
  return page({
    title: "Sign a device in",
    status: refused === undefined ? 200 : 400,
    person,
    body: html`<form method="get" action="${devicePath}" class="code-form" novalidate>
      ${field}<button>Continue</button>
    </form>`,
  });
}

async function confirmForm({ provider }: Desk, { person }: MemberVisit, code: DeviceCode): Promise<ServiceResponse> {
  const client = await provider.Client.find(String(code.clientId));
  const userCode = code.userCode.replace(/^(.{4})/, "$1-");
  return page({
    title: `Let ${client?.clientName ?? code.clientId} in?`,
    person,
    lead: "Go on only if you started this yourself and the device shows this code:",
    body: html`<p class="code">${userCode}</p>
      <p>As <strong>${person.name}</strong>, it will be able to:</p>
      ${released(requestedScope(code.params))}
      <form method="post" action="${devicePath}">
        <input type="hidden" name="user_code" value="${userCode}" />
        <button name="decision" value="approved" autofocus>Yes, let it in</button>
        <button class="quiet" name="decision" value="denied">No</button>
      </form>`,
  });
}
