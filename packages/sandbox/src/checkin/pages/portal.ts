import type { ServiceResponse } from "../../http/service.ts";
import { fullScope } from "../claims.ts";
import { portalClientId } from "../clients.ts";
import { html, page } from "./html.ts";
import type { Desk, MemberVisit } from "./desk.ts";

/** The token portal: each visit makes a new pair. */
export async function portalPage({ issuer }: Desk, { person }: MemberVisit): Promise<ServiceResponse> {
  const tokens = await issuer.issue(person, portalClientId, fullScope);
  return page({
    title: "Your tokens",
    person,
    body: html`<label for="access-token">Access token</label>
      <textarea id="access-token" rows="6" readonly spellcheck="false">${tokens.accessToken}</textarea>
      <p>Works for ${tokens.expiresInSeconds} seconds. Whoever has it is you, so show it to nobody.</p>
      <label for="refresh-token">Refresh token</label>
      <textarea id="refresh-token" rows="2" readonly spellcheck="false">${tokens.refreshToken}</textarea>
      <p>
        Gets new access tokens for a year, with the client id <code id="client-id">${portalClientId}</code> and no
        other. It works once: each use gives the next one.
      </p>`,
  });
}
