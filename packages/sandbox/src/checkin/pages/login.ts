import { createHash, timingSafeEqual } from "node:crypto";
import { runNodeHandler } from "../../http/node-handler.ts";
import type { ServiceRequest, ServiceResponse } from "../../http/service.ts";
import type { Person } from "../people.ts";
import { type Desk, loginPath, signUpPath, type Visit } from "./desk.ts";
import { input } from "./field.ts";
import { html, notice, page, redirect } from "./html.ts";
import { peopleList } from "./people-list.ts";

/** Where somebody goes after signing in: to an authorization request that waits, or to a page here. */
export async function loginPage(desk: Desk, visit: Visit): Promise<ServiceResponse> {
  const waiting = await waitingRequest(desk, visit.request);
  if (waiting?.prompt.name === "consent" && visit.person !== undefined)
    return finish(desk, visit.request, visit.person);
  return loginForm(desk, visit.request);
}

export async function signIn(desk: Desk, { request, form }: Visit): Promise<ServiceResponse> {
  const username = form.get("username") ?? "";
  const person = desk.people.findByUsername(username);
  if (!isPassphrase(desk, form.get("passphrase") ?? "") || person === undefined) {
    return loginForm(desk, request, { username });
  }
  if (request.query.has("interaction")) return finish(desk, request, person);
  return redirect(safeTarget(request.query.get("next")), { "Set-Cookie": await desk.sessions.start(person) });
}

/** Everybody in the sandbox has the same passphrase: it keeps out those who merely reach this port. */
export function isPassphrase(desk: Desk, typed: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(typed.trim()), digest(desk.passphrase));
}

type Waiting = InstanceType<Desk["provider"]["Interaction"]>;

async function waitingRequest({ provider }: Desk, { query }: ServiceRequest): Promise<Waiting | undefined> {
  const id = query.get("interaction");
  return id === null ? undefined : provider.Interaction.find(id);
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

async function loginForm(
  desk: Desk,
  request: ServiceRequest,
  refused?: { username: string },
): Promise<ServiceResponse> {
  const waiting = await waitingRequest(desk, request);
  const client = waiting && (await desk.provider.Client.find(String(waiting.params["client_id"])));
  const target = request.path + (request.rawQuery === "" ? "" : `?${request.rawQuery}`);
  return page({
    title: "Sign in",
    status: refused === undefined ? 200 : 403,
    lead: client?.clientName && html`to continue to <strong>${client.clientName}</strong>`,
    body: html`${notice(refused && "This user name and passphrase do not fit.", "error")}
      <form method="post" action="${target}" novalidate>${fields(refused?.username)}<button>Sign in</button></form>
      <p>No account yet? <a href="${signUpPath}">Sign up</a></p>
      <details>
        <summary>Who can sign in here?</summary>
        ${peopleList(desk.people.list())}
      </details>`,
  });
}

/** Which of the two was wrong is not told; the name stays, so the passphrase is what is typed next. */
function fields(username: string | undefined): readonly ReturnType<typeof input>[] {
  const known = username !== undefined && username !== "";
  return [
    input({
      name: "username",
      label: "User name",
      value: username ?? "",
      autocomplete: "username",
      first: !known,
    }),
    input({
      name: "passphrase",
      label: "Passphrase",
      hint: html`The one that <code>fedbucket sandbox up</code> printed; it is everybody's.`,
      type: "password",
      autocomplete: "current-password",
      first: known,
    }),
  ];
}

/** Only a path of this server: else a link could send people elsewhere after they signed in. */
function safeTarget(next: string | null): string {
  return next !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : "/";
}
