import type { Chain } from "./chain.ts";
import type { Login } from "./state.ts";

/** Waits on this machine for the browser to come back. */
export interface RedirectListener extends AsyncDisposable {
  readonly redirectUri: string;
  /** The parameters it comes back with. Rejects with `LOGIN_TIMED_OUT`, or the reason of the signal. */
  readonly answer: Promise<URLSearchParams>;
}

export interface CodePrompt {
  listen(): Promise<RedirectListener>;
  /** Shows the person where to go. Called once. */
  tell(url: string): void;
}

/**
 * Signs in in a browser on this machine: authorization code with PKCE, the answer on a loopback port.
 *
 * @throws Failure `LOGIN_DENIED`, `LOGIN_TIMED_OUT`, `LOGIN_CLIENT_REFUSED`, `ISSUER_BROKEN`
 * @see RFC 8252, section 7.3
 */
export async function codeLogin(chain: Chain, clientId: string, prompt: CodePrompt): Promise<Login> {
  const { runCodeFlow } = await import("./code-flow.ts");
  return runCodeFlow(chain, clientId, prompt);
}
