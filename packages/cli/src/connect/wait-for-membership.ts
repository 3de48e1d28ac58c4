import { setTimeout as sleep } from "node:timers/promises";
import { chainFailure, Failure, type Session } from "@fedbucket/client";
import type { Context } from "../context.ts";
import { stepLine } from "../steps.ts";

export interface WaitOptions {
  /** Between the first two looks; it grows, since approval may take days. */
  readonly everySeconds: number;
  /** Default: for ever. */
  readonly atMostSeconds?: number | undefined;
}

const longestPauseSeconds = 300;

/**
 * Looks until the person is a member of the profile's VO. Servers that cannot be reached for a while are no reason to
 * give up: a laptop may sleep and wake again.
 *
 * @throws Failure `MEMBERSHIP_PENDING` when the time is over, and what signing in may throw.
 */
export async function waitForMembership(context: Context, session: Session, options: WaitOptions): Promise<void> {
  const began = performance.now();
  const { profile } = session;
  let pauseSeconds = options.everySeconds;
  for (let last: string | undefined; ;) {
    const missing = await look(session);
    const passedMs = performance.now() - began;
    if (missing === undefined) {
      context.stderr.write(stepLine({ link: "Check-in", detail: `you are a member of ${profile.vo}`, ms: passedMs }));
      return;
    }
    if (missing !== last) context.stderr.write(`Waiting: ${missing} (Ctrl-C stops) ...\n`);
    if (last === undefined) context.stderr.write(`${afterApproval(session)}\n`);
    last = missing;
    const leftSeconds = (options.atMostSeconds ?? Number.POSITIVE_INFINITY) - passedMs / 1000;
    if (leftSeconds <= 0) throw stillPending(session);
    await sleep(Math.min(pauseSeconds, leftSeconds) * 1000, undefined, { signal: context.signal });
    pauseSeconds = Math.min(longestPauseSeconds, pauseSeconds * 1.2);
  }
}

/** Why the person is no member yet, in words; undefined for a member. */
async function look(session: Session): Promise<string | undefined> {
  try {
    return (await session.missingMembership())?.message;
  } catch (error) {
    if (error instanceof Failure && error.kind === "later" && error.code !== "LOGIN_TIMED_OUT") return error.message;
    throw error;
  }
}

/** Check-in tells of some memberships only in a new sign-in; the next look takes it up. */
const afterApproval = ({ name }: Session): string =>
  `If a mail says that you are approved and this goes on waiting, sign in again in another terminal: fedbucket login ${name}`;

const stillPending = ({ profile }: Session): Failure =>
  chainFailure("MEMBERSHIP_PENDING", `nobody has let you into ${profile.vo} so far`, {
    cure: [
      "Approval is by hand and may take days. Look again later:",
      `fedbucket enroll ${profile.vo} --wait --profile ${profile.name}`,
    ],
  });
