import { Failure } from "../failure.ts";
import { discoveryRequest, type Issuer, readDiscovery } from "../oidc/discovery.ts";
import { OidcError } from "../oidc/errors.ts";
import { claimsOf } from "../oidc/token-shape.ts";
import { readTokens, refreshRequest } from "../oidc/tokens.ts";
import type { Secret } from "../secret.ts";
import { type Chain, connectCommand, isFresh, isRefused } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import { howToGetOne, type PastedToken, recognise } from "./pasted-token.ts";
import type { Profile } from "./profile.ts";
import type { Login } from "./state.ts";

/** An access token and where it came from. */
export interface AccessToken {
  readonly token: Secret;
  /** That came with it; a token from elsewhere has none. */
  readonly idToken?: Secret | undefined;
  readonly source: string;
  readonly personName?: string | undefined;
  /** `sub`, where the token says it. */
  readonly subject?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

type Refused = Pick<AccessToken, "token" | "source">;

/**
 * The first link: the stored login, refreshed when it must be; else a token the person left somewhere; else the person is
 * asked. `refused` is a token that a server just refused: it is not handed out again.
 *
 * @throws Failure of the link `token`.
 */
export async function accessToken(chain: Chain, refused?: Refused): Promise<AccessToken> {
  const { login } = chain.state;
  if (login !== undefined) {
    const usable = !isRefused(login.accessToken, refused?.token) && isFresh(login.expiresAt, chain.http.now());
    const current = usable ? login : await refreshed(chain, login);
    if (current !== undefined) return asAccessToken(current);
  }
  const found = await fromSources(chain, refused?.token);
  if (found.token !== undefined) return found.token;
  const { signIn, onUnusable } = chain.asking;
  if (signIn === undefined || (isMistake(found.problem) && onUnusable === undefined))
    throw found.problem ?? noToken(chain, refused);
  if (found.problem !== undefined) onUnusable?.(found.problem);
  const signedIn = await signIn(chain);
  await keepLogin(chain, signedIn);
  return asAccessToken(signedIn);
}

function asAccessToken({ accessToken: token, idToken, source, personName, subject, expiresAt }: Login): AccessToken {
  return {
    token,
    idToken,
    source,
    personName,
    subject,
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
  };
}

/** Stores a login at once: a rotated refresh token that is lost cannot be had again. */
export async function keepLogin(chain: Chain, login: Login): Promise<void> {
  const { refreshToken, ...withoutRefreshToken } = login;
  chain.update({ login: chain.keepsRefreshToken && refreshToken !== undefined ? login : withoutRefreshToken });
  await chain.save();
}

/** Turns a recognised token into a login; a refresh token is used at once to get an access token. */
export async function loginWith(chain: Chain, pasted: PastedToken, source: string): Promise<Login> {
  if (pasted.kind === "access") {
    const { expiresAt, name, subject } = pasted.claims;
    return {
      accessToken: pasted.token,
      source,
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
      ...(name === undefined ? {} : { personName: name }),
      ...(subject === undefined ? {} : { subject }),
    };
  }
  return refreshWith(chain, pasted.token, pasted.clientId, { source });
}

/** Undefined when this login cannot be renewed. */
async function refreshed(chain: Chain, login: Login): Promise<Login | undefined> {
  if (login.refreshToken === undefined || login.clientId === undefined) return undefined;
  try {
    const renewed = await refreshWith(chain, login.refreshToken, login.clientId, login);
    await keepLogin(chain, renewed);
    return renewed;
  } catch (error) {
    if (!(error instanceof OidcError) || error.code !== "OIDC_GRANT_REFUSED") throw error;
    const { refreshToken: _, ...rest } = login;
    await keepLogin(chain, rest);
    return undefined;
  }
}

async function refreshWith(
  chain: Chain,
  refreshToken: Secret,
  clientId: string,
  known: Pick<Login, "source" | "personName" | "subject">,
): Promise<Login> {
  const issuer = await discover(chain);
  const request = refreshRequest(issuer.tokenEndpoint, clientId, refreshToken);
  const tokens = await readTokens(await chain.http.send(request, signalOf(chain)));
  const expiresAt = new Date(chain.http.now().getTime() + (tokens.expiresInSeconds ?? 3600) * 1000);
  return {
    accessToken: tokens.accessToken,
    expiresAt: expiresAt.toISOString(),
    refreshToken: tokens.refreshToken ?? refreshToken,
    ...(tokens.idToken === undefined ? {} : { idToken: tokens.idToken }),
    clientId,
    source: known.source,
    ...whoIs(tokens.accessToken, known),
  };
}

/** Tokens of a new login say who it is, opaque ones do not. */
function whoIs(token: Secret, known: Pick<Login, "personName" | "subject">): Pick<Login, "personName" | "subject"> {
  const claims = claimsOf(token);
  const [personName, subject] = [known.personName ?? claims.name, known.subject ?? claims.subject];
  return { ...(personName === undefined ? {} : { personName }), ...(subject === undefined ? {} : { subject }) };
}

export async function discover(chain: Pick<Chain, "http" | "profile" | "signal">): Promise<Issuer> {
  const { issuer } = chain.profile;
  return readDiscovery(await chain.http.send(discoveryRequest(issuer), signalOf(chain)), issuer);
}

export const signalOf = ({ signal }: Pick<Chain, "signal">): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

/** Tokens that lie somewhere are read on each use and never copied: what put them there may renew them. */
async function fromSources(chain: Chain, refused?: Secret): Promise<{ token?: AccessToken; problem?: Failure }> {
  let problem: Failure | undefined;
  for (const source of chain.sources) {
    const { profile } = chain;
    try {
      const text = await source.read({ issuer: profile.issuer, minValidSeconds: 60, signal: chain.signal });
      if (text === undefined) continue;
      const found = recognise(text, { profile, source: source.name, now: chain.http.now(), clientId: undefined });
      if (found.kind === "access" && !isRefused(found.token, refused)) {
        const { name: personName, subject, expiresAt } = found.claims;
        return { token: { token: found.token, source: source.name, personName, subject, expiresAt } };
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problem ??= error;
    }
  }
  return problem === undefined ? {} : { problem };
}

/** A wrong token is one the person put there; an agent that fails is no reason not to sign in another way. */
const isMistake = (problem: Failure | undefined): boolean =>
  problem !== undefined && !problem.code.startsWith("TOKEN_SOURCE_");

/** Another token in the place of one that a server refused; undefined where there is none. */
export function otherToken(chain: Chain, refused: Refused): Promise<AccessToken | undefined> {
  return accessToken(chain, refused).catch((error: unknown) => {
    if (error instanceof Failure && error.code === "TOKEN_REFUSED") return undefined;
    throw error;
  });
}

/** @param source Where the token came from. */
export const tokenRefused = (
  profile: Profile,
  source: string,
  evidence: { cause?: unknown; requestId?: string } = {},
): Failure =>
  chainFailure(
    "TOKEN_REFUSED",
    `${profile.issuer} does not accept your access token (${source}): it is expired or revoked`,
    { ...evidence, cure: howToGetOne(profile) },
  );

function noToken(chain: Chain, refused?: Refused): Error {
  const { profile, state } = chain;
  if (refused !== undefined) return tokenRefused(profile, refused.source);
  if (state.login !== undefined) {
    return chainFailure("LOGIN_EXPIRED", "your sign-in has expired and cannot be renewed", {
      cure: howToGetOne(profile),
    });
  }
  return chainFailure("TOKEN_MISSING", `you are not signed in at ${profile.issuer}`, {
    cure:
      profile.clientId === undefined
        ? ["A token in OIDC_ACCESS_TOKEN or OS_ACCESS_TOKEN is used too.", ...howToGetOne(profile)]
        : [connectCommand(profile)],
  });
}
