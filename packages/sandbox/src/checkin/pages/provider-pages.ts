import type { KoaContextWithOIDC } from "oidc-provider";
import { document, Html, html } from "./html.ts";

/** The pages that oidc-provider fills and sends by itself. */
export interface ProviderPages {
  loginUrl(interactionId: string): string;
  error(ctx: KoaContextWithOIDC, code: string, description: string | undefined): void;
  logout(ctx: KoaContextWithOIDC, form: string): void;
  loggedOut(ctx: KoaContextWithOIDC): void;
}

export function providerPages(loginPath: string): ProviderPages {
  const show = (ctx: KoaContextWithOIDC, title: string, body: Html): void => {
    ctx.type = "html";
    ctx.body = document(title, body, undefined).text;
  };
  return {
    loginUrl: (interactionId) => `${loginPath}?interaction=${encodeURIComponent(interactionId)}`,
    error: (ctx, code, description) => show(ctx, "That did not work", html`<p>${description} <code>${code}</code></p>`),
    logout: (ctx, form) =>
      show(
        ctx,
        "Sign out?",
        // Keycloak ends the whole session; the field says so to oidc-provider, which would else keep it.
        html`${new Html(form)}
          <button form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
          <a href="/">Stay signed in</a>`,
      ),
    loggedOut: (ctx) => show(ctx, "Signed out", html`<p>You may close this page, or <a href="/">go back</a>.</p>`),
  };
}
