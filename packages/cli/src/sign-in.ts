import {
  type Chain,
  chainFailure,
  codeLogin,
  deviceLogin,
  Failure,
  type Login,
  loginWith,
  type Profile,
  recognise,
} from "@fedbucket/client";
import { listenForRedirect } from "@fedbucket/client/node";
import type { SignInOptions } from "./asking.ts";
import type { Context } from "./context.ts";

/**
 * Signing in with the person's help: device code where a client id is known, else a token pasted from the portal. A
 * device login needs no keyboard here (a Jupyter kernel has none), a paste does.
 */
export function signIn(context: Context, chain: Chain, options: SignInOptions): Promise<Login> {
  const { clientId } = chain.profile;
  if (clientId === undefined) return pasteLogin(context, chain, options);
  return (options.loopback === true ? browserSignIn : deviceSignIn)(context, chain, clientId, options);
}

async function deviceSignIn(context: Context, chain: Chain, clientId: string, options: SignInOptions): Promise<Login> {
  try {
    return await deviceLogin(chain, clientId, ({ url, code, expiresAt }) => {
      const minutes = Math.max(1, Math.round((expiresAt.getTime() - context.now().getTime()) / 60_000));
      context.stderr.write(
        `Sign in at:  ${url}\nCode:        ${code}\nWaiting for you, up to ${minutes} minutes (Ctrl-C stops) ...\n`,
      );
      if (options.browser !== false) void openQuietly(context, url);
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "LOGIN_NO_DEVICE_GRANT") throw error;
    if (context.prompt === undefined)
      throw chainFailure(error.code, error.message, { cause: error, cure: byThemselves(chain.profile) });
    return pasteLogin(context, chain, options);
  }
}

/** The answer comes to this machine, so the browser must run here, too. */
function browserSignIn(context: Context, chain: Chain, clientId: string): Promise<Login> {
  return codeLogin(chain, clientId, {
    listen: () => listenForRedirect(context.signal),
    tell(url) {
      context.stderr.write(`Sign in, in a browser on this machine:  ${url}\nWaiting for you, up to 10 minutes ...\n`);
      void openQuietly(context, url);
    },
  });
}

async function pasteLogin(context: Context, chain: Chain, options: SignInOptions): Promise<Login> {
  const { profile, http } = chain;
  if (context.prompt === undefined) {
    throw chainFailure("TOKEN_MISSING", `you are not signed in at ${profile.issuer}, and nobody can be asked here`, {
      cure: byThemselves(profile),
    });
  }
  context.stderr.write(
    `Get a token at:  ${profile.portalUrl}\nAn access token works for an hour; a refresh token for longer.\n`,
  );
  if (options.browser !== false) void openQuietly(context, profile.portalUrl);
  const text = await context.prompt.secret("Paste the token (it is not shown)");
  const pasted = recognise(text, { profile, source: "what you pasted", now: http.now(), clientId: profile.clientId });
  return loginWith(chain, pasted, "pasted token");
}

/** Where nobody can be asked: in a script, or a kernel of Jupyter's. */
const byThemselves = ({ name, portalUrl }: Profile): string[] => [
  `Get an access token at ${portalUrl}, then one of:`,
  "export OIDC_ACCESS_TOKEN=...",
  `fedbucket connect ${name} --token-file FILE    (- reads standard input)`,
];

/** The address is printed as well, so a browser that does not start is no failure. */
async function openQuietly(context: Context, url: string): Promise<void> {
  await context.openBrowser(url).catch(() => false);
}
