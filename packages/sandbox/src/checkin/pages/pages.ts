import { readWhole } from "../../http/body.ts";
import type { ServiceRequest, ServiceResponse } from "../../http/service.ts";
import { approvalPage, decideEnrolment } from "./approval.ts";
import {
  approvalPath,
  type Desk,
  devicePath,
  enrolmentPath,
  loginPath,
  type MemberVisit,
  portalPath,
  signUpPath,
  type Visit,
} from "./desk.ts";
import { deviceDecision, devicePage } from "./device.ts";
import { enrolmentPage, requestEnrolment } from "./enrolment.ts";
import { homePage } from "./home.ts";
import { copyScriptPath, html, iconPath, page, redirect, stylesheetPath } from "./html.ts";
import { loginPage, signIn } from "./login.ts";
import { portalPage } from "./portal.ts";
import { signUp, signUpPage } from "./sign-up.ts";
import { copyButton, iconImage, stylesheet } from "./style.ts";

type Handler = (desk: Desk, visit: Visit) => ServiceResponse | Promise<ServiceResponse>;
type MemberHandler = (desk: Desk, visit: MemberVisit) => ServiceResponse | Promise<ServiceResponse>;

const pages: Readonly<Record<string, { get: Handler; post?: Handler }>> = {
  "/": { get: homePage },
  [stylesheetPath]: { get: stylesheet },
  [iconPath]: { get: iconImage },
  [copyScriptPath]: { get: copyButton },
  "/favicon.ico": { get: iconImage },
  [loginPath]: { get: loginPage, post: signIn },
  [signUpPath]: { get: signUpPage, post: signUp },
  "/signup": { get: () => redirect(signUpPath) },
  [enrolmentPath]: { get: signedIn(enrolmentPage), post: signedIn(requestEnrolment) },
  "/auth/realms/id/account/": { get: () => redirect(enrolmentPath) },
  [approvalPath]: { get: signedIn(approvalPage), post: signedIn(decideEnrolment) },
  [portalPath]: { get: signedIn(portalPage) },
  "/token": { get: () => redirect(portalPath) },
  [devicePath]: { get: signedIn(devicePage), post: signedIn(deviceDecision) },
};

/** The page a request is for; undefined when the path is no page. */
export function findPage(desk: Desk, request: ServiceRequest): (() => Promise<ServiceResponse>) | undefined {
  const { path, method } = request;
  const found = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (found === undefined || (path === devicePath && !desk.deviceGrant)) return undefined;
  if (path === "/" && !request.headers["accept"]?.includes("text/html")) return undefined; // Keystone's root
  const handler = method === "POST" ? found.post : method === "GET" || method === "HEAD" ? found.get : undefined;
  if (handler === undefined) {
    return async () => page({ title: "Not possible", status: 405, body: html`<p>This page takes no ${method}.</p>` });
  }
  return async () => {
    if (method === "POST" && !isOwnForm(request)) return foreignForm();
    const form = new URLSearchParams(method === "POST" ? (await readWhole(request)).toString() : "");
    return handler(desk, { request, form, person: await desk.sessions.find(request) });
  };
}

/** Sends those who are not signed in to the login page first, and back. */
function signedIn(handler: MemberHandler): Handler {
  return (desk, visit) => {
    const { request, person } = visit;
    if (person !== undefined) return handler(desk, { ...visit, person });
    const here = request.path + (request.rawQuery === "" ? "" : `?${request.rawQuery}`);
    return redirect(`${loginPath}?next=${encodeURIComponent(here)}`);
  };
}

/** Browsers name the page a form comes from; programs that send none have no cookie to be abused. */
function isOwnForm({ headers, origin }: ServiceRequest): boolean {
  const from = headers["origin"];
  if (from === undefined) return headers["sec-fetch-site"] !== "cross-site";
  const { hostname } = URL.parse(from) ?? {};
  return from === origin && (hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]");
}

function foreignForm(): ServiceResponse {
  return page({
    title: "Not from here",
    status: 403,
    body: html`<p>This form was sent from another site. <a href="/">Start again here</a>.</p>`,
  });
}
