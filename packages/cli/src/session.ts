import type { Session } from "@fedbucket/client";
import type { Context } from "./context.ts";

/** What the options of every command that talks to a server have in common. */
export interface OpenOptions {
  readonly profile?: string | undefined;
  /** Trace every request on stderr. */
  readonly debug?: boolean | undefined;
  /** PEM file of certificate authorities to trust besides the known ones. */
  readonly caBundle?: string | undefined;
}

/**
 * The connection a command works on: the named profile, else `FEDBUCKET_PROFILE`, else the one connected last.
 * Makes no request.
 *
 * @throws Failure `PROFILE_UNKNOWN`, `NOT_CONNECTED`, or what reading config and state may throw.
 */
export declare function openSession(context: Context, options?: OpenOptions): Promise<Session>;
