import { createHash, timingSafeEqual } from "node:crypto";
import { runNodeHandler } from "../../http/node-handler.ts";
import type { ServiceRequest, ServiceResponse } from "../../http/service.ts";
import type { Person } from "../people.ts";
import { alert, html, page, redirect } from "./html.ts";
import { type Desk, loginPath, signUpPath, type Visit } from "./desk.ts";

/** Where somebody goes after signing in: to an authorization request that waits, or to a page here. */
export async function loginPage(desk: Desk, visit: Visit): Promise<ServiceResponse> {
  const interactionId = visit.request.query.get("interaction");
  const waiting = interactionId === null ? undefined : await desk.provider.Interaction.find(interactionId);
  if (waiting?.prompt.name === "consent" && visit.person !== undefined)
    return finish(desk, visit.request, visit.person);
  const client = waiting && (await desk.provider.Client.find(String(waiting.params["client_id"])));
  return loginForm(visit.request, { client: client?.clientName });
}

export async function signIn(desk: Desk, { request, form }: Visit): Promise<ServiceResponse> {
  const username = form.get("username") ?? "";
  const person = desk.people.findByUsername(username);
  if (!isPassphrase(desk, form.get("passphrase") ?? "") || person === undefined) {
    return loginForm(request, { username, message: "This user name and passphrase do not fit." });
  }
  if (request.query.has("interaction")) return finish(desk, request, person);
  return redirect(safeTarget(request.query.get("next")), { "Set-Cookie": await desk.sessions.start(person) });
}

/** Everybody in the sandbox has the same passphrase: it keeps out those who merely reach this port. */
export function isPassphrase(desk: Desk, typed: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(typed.trim()), digest(desk.passphrase));
}

function finish(desk: Desk, request: ServiceRequest, person: Person): Promise<ServiceResponse> {
  const target = `${request.path}?${request.rawQuery}`;
  const { method, headers } = request;
  return runNodeHandler(
    (incoming, outgoing) =>
      void desk.provider
        .interactionFinished(incoming, outgoing, { login: { accountId: person.sub }, consent: {} })
        .catch(() => outgoing.writeHead(303, { Location: loginPath }).end()), // expired, or another browser's
    { method, url: target, headers, body: new Uint8Array() },
  );
}

function loginForm(
  { path, rawQuery }: ServiceRequest,
  { client, username, message }: { client?: string | undefined; username?: string; message?: string },
): ServiceResponse {
  return page({
    title: "Sign in",
    status: message === undefined ? 200 : 403,
    body: html`${alert(message)}
      ${client === undefined ? undefined : html`<p>to continue to <strong>${client}</strong></p>`}
      <form method="post" action="${path}?${rawQuery}">
        <label for="username">User name</label>
        <input
          id="username"
          name="username"
          value="${username ?? ""}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
        />
        <label for="passphrase">Passphrase</label>
        <input id="passphrase" name="passphrase" type="password" autocomplete="current-password" required />
        <button>Sign in</button>
      </form>
      <p>
        Who there is and the passphrase: <code>fedbucket sandbox up</code> printed them. No account yet?
        <a href="${signUpPath}">Sign up</a>.
      </p>`,
  });
}

/** Only a path of this server: else a link could send people elsewhere after they signed in. */
function safeTarget(next: string | null): string {
  return next !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : "/";
}
