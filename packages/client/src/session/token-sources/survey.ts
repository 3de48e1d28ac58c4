import { Failure } from "../../failure.ts";
import { isFresh } from "../chain.ts";
import { recognise } from "../pasted-token.ts";
import type { Profile } from "../profile.ts";
import type { Login } from "../state.ts";
import type { TokenSource } from "./source.ts";

/** A source of tokens beside the others. */
export interface SourceLook {
  readonly name: string;
  /** `used`: the next command takes it. `shadowed`: an earlier one wins. `unusable`: passed over, `reason` says why. */
  readonly standing: "used" | "shadowed" | "unusable";
  /** For `shadowed`, the one that wins. */
  readonly by?: string;
  readonly reason?: string;
}

interface Surveyed {
  readonly profile: Profile;
  readonly login: Login | undefined;
  readonly sources: readonly TokenSource[];
  readonly now: Date;
}

/** Every source there is, in order, with the one that wins. Asks nobody: agents and hubs are taken to have a token. */
export async function surveySources({ profile, login, sources, now }: Surveyed): Promise<SourceLook[]> {
  const looks: SourceLook[] = [];
  const add = (name: string, reason: string | undefined): void => {
    const by = looks.find(({ standing }) => standing === "used")?.name;
    if (reason !== undefined) looks.push({ name, standing: "unusable", reason });
    else looks.push(by === undefined ? { name, standing: "used" } : { name, standing: "shadowed", by });
  };
  if (login !== undefined) add(login.source, whyNotLogin(login, now));
  for (const source of sources) {
    if (await source.isThere()) add(source.name, source.isLocal ? await whyNot(source, profile, now) : undefined);
  }
  return looks;
}

const whyNotLogin = ({ refreshToken, expiresAt }: Login, now: Date): string | undefined =>
  refreshToken !== undefined || isFresh(expiresAt, now) ? undefined : "its access token is expired, nothing renews it";

async function whyNot(source: TokenSource, profile: Profile, now: Date): Promise<string | undefined> {
  try {
    const text = await source.read({ issuer: profile.issuer, minValidSeconds: 0 });
    const found = recognise(text ?? "", { profile, source: source.name, now });
    return found.kind === "access" ? undefined : `${source.name} is a refresh token`;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
