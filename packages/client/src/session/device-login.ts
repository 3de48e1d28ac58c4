import type { Chain } from "./chain.ts";
import type { Login } from "./state.ts";

/** What the person must do, and until when. */
export interface DevicePrompt {
  /** With the code in it where the issuer gives such an address. */
  readonly url: string;
  readonly code: string;
  readonly expiresAt: Date;
}

/**
 * Signs in on whatever device has a browser: device code with PKCE.
 *
 * @param tell Shows the person where to go. Called once.
 * @throws Failure `LOGIN_NO_DEVICE_GRANT`, `LOGIN_DENIED`, `LOGIN_TIMED_OUT`, `LOGIN_CLIENT_REFUSED`, `ISSUER_BROKEN`
 * @see RFC 8628; PKCE on it as EGI Check-in documents it
 */
export async function deviceLogin(
  chain: Chain,
  clientId: string,
  tell: (prompt: DevicePrompt) => void,
): Promise<Login> {
  const { runDeviceFlow } = await import("./device-flow.ts");
  return runDeviceFlow(chain, clientId, tell);
}
