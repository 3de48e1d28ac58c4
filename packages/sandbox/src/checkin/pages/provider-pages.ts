import type { KoaContextWithOIDC } from "oidc-provider";
import { type Content, document, Html, html, pageHeaders } from "./html.ts";

/** The pages that oidc-provider fills and sends by itself. */
export interface ProviderPages {
  loginUrl(interactionId: string): string;
  error(ctx: KoaContextWithOIDC, code: string, description: string | undefined): void;
  logout(ctx: KoaContextWithOIDC, form: string): void;
  loggedOut(ctx: KoaContextWithOIDC): void;
}

export function providerPages(loginPath: string): ProviderPages {
  const show = (ctx: KoaContextWithOIDC, content: Content): void => {
    ctx.set(pageHeaders());
    ctx.body = document(content).text;
  };
  return {
    loginUrl: (interactionId) => `${loginPath}?interaction=${encodeURIComponent(interactionId)}`,
    error: (ctx, code, description) =>
      show(ctx, {
        title: "That did not work",
        isError: true,
        lead: description,
        body: html`<p>The program that sent you here gets this code: <code>${code}</code></p>
          <p><a href="/">Start again</a></p>`,
      }),
    logout: (ctx, form) =>
      show(ctx, {
        title: "Sign out?",
        lead: "Programs that you let in stay signed in; only this browser forgets you.",
        // Keycloak ends the whole session; the field says so to oidc-provider, which would else keep it.
        body: html`${new Html(form)}
          <p class="actions">
            <button form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
            <a class="button quiet" href="/">Stay signed in</a>
          </p>`,
      }),
    loggedOut: (ctx) =>
      show(ctx, { title: "Signed out", body: html`<p>You may close this page, or <a href="/">go back</a>.</p>` }),
  };
}
