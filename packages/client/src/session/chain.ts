import type { Crypto } from "../crypto.ts";
import type { Failure } from "../failure.ts";
import type { Http } from "../http.ts";
import type { Secret } from "../secret.ts";
import type { Project } from "../keystone/projects.ts";
import { chainFailure } from "./failures.ts";
import type { Profile } from "./profile.ts";
import type { Login, ProfileState, SaveOptions } from "./state.ts";
import type { TokenSource } from "./token-sources/source.ts";

/** A link that was made, for whoever shows progress. */
export interface Step {
  readonly link: "Check-in" | "Keystone" | "Project" | "Keys" | "Store";
  /** For people, without secrets. */
  readonly detail: string;
  /** Since the step before, in milliseconds. */
  readonly ms: number;
}

/** Questions for the person; each is absent where nobody can answer. */
export interface Asking {
  /** Signs in with the person's help. */
  readonly signIn?: (chain: Chain) => Promise<Login>;
  /** Told of a token that lies somewhere and cannot be used, before signing in. Without it such a token is a failure. */
  readonly onUnusable?: (problem: Failure) => void;
  readonly chooseProject?: (projects: readonly Project[]) => Promise<Project>;
}

/** What the links of the chain share while they are made. The state is that of the locked file. */
export interface Chain {
  readonly profile: Profile;
  readonly http: Http;
  readonly crypto: Crypto;
  readonly sources: readonly TokenSource[];
  readonly asking: Asking;
  readonly signal?: AbortSignal;
  /** This machine's clock, right or wrong: ages are told by one clock. */
  readonly clock: () => Date;
  /** False where the person wants none in a home that others share. */
  readonly keepsRefreshToken: boolean;
  state: ProfileState;
  /** Changes the state in memory. */
  update(change: Partial<ProfileState>): void;
  /** Writes the state down: after whatever must not be lost. */
  save(options?: SaveOptions): Promise<void>;
  step(link: Step["link"], detail: string): void;
}

/** A value is taken for expired this much before it is, so that it does not expire on the way. */
const marginMs = 60_000;

/** True for what has no expiry. */
export function isFresh(expiresAt: string | undefined, now: Date): boolean {
  return expiresAt === undefined || Date.parse(expiresAt) - marginMs > now.getTime();
}

export const isRefused = (value: Secret, refused: Secret | undefined): boolean => refused?.equals(value) ?? false;

/** The command that makes the chain again, as the person would type it. */
export const connectCommand = (profile: Profile, options = ""): string => `fedbucket connect ${profile.name}${options}`;

/** A person's name, else the beginning of the long opaque identifier; undefined when neither is known. */
export function personLabel(person: {
  personName?: string | undefined;
  subject?: string | undefined;
}): string | undefined {
  return person.personName ?? person.subject?.replace(/^(.{8}).{12,}(@.*)$/, "$1…$2");
}

/** Whether this is the project the person asked for, or none was. */
export const isAsked = ({ project: asked }: Profile, project: { id: string; name: string }): boolean =>
  asked === undefined || asked === project.id || asked === project.name;

export function notConnected(profile: Profile): Error {
  return chainFailure("NOT_CONNECTED", `${profile.name} is not connected`, { cure: [connectCommand(profile)] });
}
