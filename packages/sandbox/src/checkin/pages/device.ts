import type { ServiceResponse } from "../../http/service.ts";
import { alert, html, page } from "./html.ts";
import { requestedScope } from "../provider.ts";
import { type Desk, devicePath, type MemberVisit } from "./desk.ts";

type DeviceCode = InstanceType<Desk["provider"]["DeviceCode"]>;

/** Where the code that a device shows is typed in, or comes along in the link. */
export async function devicePage(desk: Desk, visit: MemberVisit): Promise<ServiceResponse> {
  const userCode = visit.request.query.get("user_code");
  if (userCode === null || userCode.trim() === "") return codeForm(visit);
  const code = await findWaiting(desk, userCode);
  return code === undefined ? codeForm(visit, userCode) : confirmForm(desk, visit, code);
}

export async function deviceDecision(desk: Desk, visit: MemberVisit): Promise<ServiceResponse> {
  const { person, form } = visit;
  const userCode = form.get("user_code") ?? "";
  const code = await findWaiting(desk, userCode);
  if (code === undefined) return codeForm(visit, userCode);
  if (form.get("decision") !== "approved") {
    Object.assign(code, { error: "access_denied", errorDescription: "The end user denied the authorization request" });
    await code.save();
    return page({ title: "Denied", person, body: html`<p>The device was not let in. You may close this page.</p>` });
  }
  await approve(desk, visit, code);
  return page({ title: "Done", person, body: html`<p>The device is signed in. You may close this page.</p>` });
}

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

function codeForm({ person }: MemberVisit, refused?: string): ServiceResponse {
  const message = refused === undefined ? undefined : `The code ${refused} is unknown, used or expired.`;
  return page({
    title: "Sign a device in",
    status: refused === undefined ? 200 : 400,
    person,
    body: html`${alert(message)}
      <form method="get" action="${devicePath}">
        <label for="user_code">The code your device shows</label>
        <input
          id="user_code"
          name="user_code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          required
          autofocus
        />
        <button>Continue</button>
      </form>`,
  });
}

async function confirmForm({ provider }: Desk, { person }: MemberVisit, code: DeviceCode): Promise<ServiceResponse> {
  const client = await provider.Client.find(String(code.clientId));
  const userCode = code.userCode.replace(/^(.{4})/, "$1-");
  const scopes = requestedScope(code.params).split(" ").join(", ");
  return page({
    title: `Let ${client?.clientName ?? code.clientId} in?`,
    person,
    body: html`<p>Go on only if you started this yourself and the device shows this code:</p>
      <p class="code">${userCode}</p>
      <p>It may read: ${scopes}.</p>
      <form method="post" action="${devicePath}">
        <input type="hidden" name="user_code" value="${userCode}" />
        <button name="decision" value="approved" autofocus>Yes, let it in</button>
        <button class="quiet" name="decision" value="denied">No</button>
      </form>`,
  });
}
