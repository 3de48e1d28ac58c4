import { Failure } from "../failure.ts";
import { groupName } from "../oidc/entitlements.ts";
import type { Person } from "../oidc/userinfo.ts";
import { discover } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { inWords as explained } from "./explain.ts";
import { linkOf } from "./failures.ts";
import { isRefusal, mask } from "./keys-link.ts";
import { logIn, siteCatalog } from "./keystone-link.ts";
import { missingMembership } from "./membership.ts";
import { limitMs, within } from "./patience.ts";
import {
  askKeystoneVersion,
  askStore,
  checkClock,
  checkProject,
  lendAnew,
  proveKeys,
  refusedBySts,
  whyRefused,
} from "./probes.ts";
import { whoami } from "./whoami.ts";

/** What may be tried, in the order of the chain: Keystone and a project, or an STS. */
export const examined = [
  "Clock",
  "Check-in",
  "Membership",
  "Keystone",
  "Project",
  "STS",
  "Endpoint",
  "Keys",
  "Store",
] as const;

export type ExaminedLink = (typeof examined)[number];

/** What trying one link gave. */
export interface Finding<L extends string = ExaminedLink> {
  readonly link: L;
  /** `skipped`: it cannot be tried while an earlier one is broken. */
  readonly state: "ok" | "broken" | "skipped";
  /** What was tried and what answered, for people. */
  readonly detail: string;
  readonly ms: number;
  /** What is wrong, for `broken`. */
  readonly problem?: unknown;
  /** Whether the store let it be done, for what is tried on a bucket. */
  readonly allowed?: boolean;
}

/** Thrown by a look that must wait for another link to be mended. */
class Skipped extends Error {}

/**
 * Tries every link for real, those that do not need each other at the same time. Each gets one finding, also after a
 * broken one: keys outlive logins. Makes a federated login, and nothing else that lasts.
 */
export function examine(chain: Chain): Promise<Finding>[] {
  const tried = new Map<ExaminedLink, Promise<Finding>>();
  const absent = absentLinks(chain);
  const looks = looksAt(chain, async (...links) => {
    const findings = await Promise.all(links.flatMap((link) => tried.get(link) ?? []));
    const stop = findings.find((finding) => finding.state !== "ok");
    if (stop !== undefined) throw new Skipped(`not tried: ${stop.link} comes first`);
  });
  // A look may wait for links behind it in the order, so all must be known before the first one asks.
  const started = Promise.withResolvers<void>();
  for (const link of examined.filter((each) => !absent.includes(each)))
    tried.set(
      link,
      started.promise.then(() => tryOne(chain, link, looks[link])),
    );
  started.resolve();
  for (const finding of tried.values()) finding.catch(() => undefined); // told by whoever awaits them
  return [...tried.values()];
}

/** Keys that the person handed over need nobody who signs in, and nobody who lends others. */
function absentLinks({ profile, state }: Chain): readonly ExaminedLink[] {
  if (profile.sts === undefined) return ["STS"];
  return [
    "Keystone",
    "Project",
    ...(state.keys?.imported === true ? (["Check-in", "Membership", "STS"] as const) : []),
  ];
}

async function tryOne(chain: Chain, link: ExaminedLink, look: () => Promise<string>): Promise<Finding> {
  const startedAt = performance.now();
  const done = (state: Finding["state"], detail: string, problem?: unknown): Finding => ({
    link,
    state,
    detail,
    ms: performance.now() - startedAt,
    ...(problem === undefined ? {} : { problem }),
  });
  try {
    return done("ok", await look());
  } catch (error) {
    chain.signal?.throwIfAborted();
    if (error instanceof Skipped) return done("skipped", error.message);
    const problem = explained(chain.profile, error);
    return done("broken", problem instanceof Error ? problem.message : String(problem), problem);
  }
}

type Needs = (...links: ExaminedLink[]) => Promise<void>;

function looksAt(chain: Chain, needs: Needs): Record<ExaminedLink, () => Promise<string>> {
  let person: Person | undefined;
  let misplaced: unknown; // what broke the endpoint while the project was looked at
  const { sts } = chain.profile;
  const keystone = once(() => within(chain, askKeystoneVersion));
  const store = once(() => within(chain, askStore));
  const proven = once(() => within(chain, proveKeys));
  return {
    async Clock() {
      // Any answer tells the time; without one nothing can be said.
      await Promise.allSettled([sts === undefined ? keystone() : store(), needs("Check-in")]);
      return checkClock(chain);
    },
    async "Check-in"() {
      await within(chain, discover); // also tells the time, by which tokens are judged
      const { source, who } = await within(chain, (limited) => whoami(limited), limitMs + 2000);
      person = who;
      return `${chain.profile.issuer}: ${who.name} (${source})`;
    },
    async Membership() {
      await needs("Check-in");
      const missing = person === undefined ? undefined : missingMembership(chain.profile, person);
      if (missing !== undefined) throw missing;
      return `member of ${[...new Set(person?.groups.map(groupName))].join(", ") || "no VO"}`;
    },
    async Keystone() {
      const answered = await keystone();
      await needs("Check-in", "Membership").catch((error: Error) => {
        throw new Skipped(`${answered}; no login: ${error.message}`);
      });
      await within(chain, (limited) => logIn(limited));
      return `${answered}, lets you in`;
    },
    async Project() {
      await needs("Keystone");
      try {
        await within(chain, siteCatalog);
      } catch (error) {
        if (linkOf(error) !== "endpoint") throw error;
        misplaced = error;
      }
      const { project } = chain.state;
      return project === undefined ? "chosen" : `${project.name} (${project.roles.join(", ") || "no role"})`;
    },
    async STS() {
      await needs("Check-in");
      const { accessKeyId } = await within(chain, lendAnew);
      return `lends keys, ${mask(accessKeyId)}`;
    },
    async Endpoint() {
      if (sts !== undefined) return store();
      if (chain.state.endpoint === undefined) await needs("Project");
      else await needs("Project").catch(() => undefined); // the one of before may be tried all the same
      if (misplaced !== undefined) throw misplaced;
      return store();
    },
    async Keys() {
      await needs("Endpoint");
      await needs("Project", "STS").catch(() => undefined); // renews them, or the membership that they depend on
      checkProject(chain);
      await proven().catch(async (error: unknown) => {
        if (isRefusal(error) && sts === undefined) throw await within(chain, whyRefused);
        if (isRefusal(error)) throw refusedBySts(chain, error);
        if (linkOf(error) === "keys") throw error;
        throw new Skipped("not tried: Store comes first");
      });
      return `${mask(chain.state.keys?.accessKeyId ?? "")} signs requests`;
    },
    async Store() {
      await needs("Endpoint");
      await needs("Project", "STS").catch(() => undefined);
      const containers = await proven().catch((error: unknown) => {
        throw isRefusal(error) || linkOf(error) === "keys" ? new Skipped("not tried: Keys come first") : error;
      });
      return containers === undefined ? "answers" : `answers, ${inWords(containers, sts === undefined)}`;
    },
  };
}

/** OpenStack's word, where there is OpenStack. */
const inWords = (count: number, isOpenstack: boolean): string =>
  `${count} ${isOpenstack ? "container" : "bucket"}${count === 1 ? "" : "s"}`;

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= work());
}

/** What a broken link is called by scripts. */
export const codeOf = (problem: unknown): string =>
  problem instanceof Failure || (problem instanceof Error && "code" in problem)
    ? String((problem as { code: unknown }).code)
    : "INTERNAL";
