import type { CatalogEntry } from "../keystone/catalog.ts";
import { KeystoneError } from "../keystone/errors.ts";
import { readUnscopedToken, type UnscopedToken, unscopedTokenRequest } from "../keystone/federation.ts";
import { type Project, projectsRequest, readProjects } from "../keystone/projects.ts";
import { readScopedToken, type ScopedToken, scopedTokenRequest } from "../keystone/tokens.ts";
import type { Secret } from "../secret.ts";
import { type AccessToken, accessToken, otherToken, signalOf } from "./access-token.ts";
import { type Chain, isAsked, isFresh, isRefused, personLabel } from "./chain.ts";
import { endpointOf } from "./endpoint.ts";
import { explainLogin, explainNoProjects, explainProject } from "./explain.ts";
import { keystoneOf } from "./profile.ts";
import { chooseProject } from "./project.ts";
import type { FederatedLogin } from "./state.ts";

/**
 * The second link: a Keystone token without a project, from the access token. Each time renews the person's group
 * membership at the site, and with it the life of the keys.
 */
async function federatedLogin(chain: Chain, refused?: Secret): Promise<FederatedLogin> {
  const known = chain.state.federated;
  if (known !== undefined && !isRefused(known.unscoped, refused) && isFresh(known.expiresAt, chain.http.now()))
    return known;
  return logIn(chain);
}

/** As {@link federatedLogin}, always anew. */
export async function logIn(chain: Chain): Promise<FederatedLogin> {
  const first = await accessToken(chain);
  const explained = (access: AccessToken) => async (error: unknown) => {
    throw await explainLogin(chain, access, error);
  };
  return exchange(chain, first).catch(async (error: unknown) => {
    const second = isCode(error, "KEYSTONE_ACCESS_TOKEN_REFUSED") ? await otherToken(chain, first) : undefined;
    return second === undefined ? explained(first)(error) : exchange(chain, second).catch(explained(second));
  });
}

async function exchange(chain: Chain, access: AccessToken): Promise<FederatedLogin> {
  const who = personLabel(access);
  chain.step("Check-in", `signed in${who === undefined ? "" : ` as ${who}`} (${access.source})`);
  const { token, protocol } = await askEitherProtocol(chain, access.token);
  const federated = {
    userId: token.userId,
    ...(access.subject === undefined ? {} : { subject: access.subject }),
    ...(access.personName === undefined ? {} : { personName: access.personName }),
    unscoped: token.id,
    expiresAt: token.expiresAt.toISOString(),
    loggedInAt: chain.clock().toISOString(),
    renewAfterSeconds: chain.profile.membershipRenewAfterSeconds,
    source: access.source,
    protocol,
  };
  chain.update({ federated });
  chain.step("Keystone", `${chain.profile.site}, until ${federated.expiresAt.slice(11, 16)} UTC`);
  return federated;
}

/** Sites call the protocol `openid` or `oidc`; where the registry does not say, the other is tried before giving up. */
async function askEitherProtocol(chain: Chain, token: Secret): Promise<{ token: UnscopedToken; protocol: string }> {
  const { protocolKnown } = chain.profile;
  const keystone = keystoneOf(chain.profile);
  const protocol = protocolKnown ? keystone.protocol : (chain.state.federated?.protocol ?? keystone.protocol);
  const ask = async (name: string): Promise<{ token: UnscopedToken; protocol: string }> => {
    const request = unscopedTokenRequest({ ...keystone, protocol: name }, token);
    return { token: await readUnscopedToken(await chain.http.send(request, signalOf(chain))), protocol: name };
  };
  try {
    return await ask(protocol);
  } catch (error) {
    const maybeNamedOtherwise = isCode(error, "KEYSTONE_UNAUTHORIZED", "KEYSTONE_NOT_FOUND", "KEYSTONE_NO_SUCH_URL");
    if (protocolKnown || !maybeNamedOtherwise) throw error;
    // The first answer tells more when both fail.
    return ask(protocol === "openid" ? "oidc" : "openid").catch(() => Promise.reject(error));
  }
}

/** What the rest of the chain needs of a scoped token, whether it is new or remembered. */
export interface ProjectAccess {
  readonly token: Secret;
  readonly userId: string;
  readonly project: { readonly id: string; readonly name: string; readonly roles: readonly string[] };
}

/** The third link: a token of the project, and the store's address from the catalog that comes with it. */
export const projectAccess = async (chain: Chain, refused?: Secret): Promise<ProjectAccess> =>
  knownAccess(chain, refused) ?? remember(chain, await scope(chain));

/**
 * As {@link projectAccess}, and where that takes requests, something at the same time that the login is enough for.
 * `meanwhile` is undefined where it was not asked, or failed.
 */
export async function projectAccessAnd<T>(
  chain: Chain,
  ask: (login: FederatedLogin) => Promise<T>,
): Promise<{ readonly access: ProjectAccess; readonly meanwhile: T | undefined }> {
  const known = knownAccess(chain);
  if (known !== undefined) return { access: known, meanwhile: undefined };
  const cached = chain.state.federated?.unscoped;
  const asked = ask(await federatedLogin(chain)).catch(() => undefined);
  const scoped = scope(chain, cached);
  await Promise.allSettled([scoped, asked]);
  return { access: remember(chain, await scoped), meanwhile: await asked };
}

/** What is remembered, where it is of the project that is asked for and still good. */
function knownAccess(chain: Chain, refused?: Secret): ProjectAccess | undefined {
  const { scoped, federated, project, endpoint } = chain.state;
  const complete = scoped !== undefined && federated !== undefined && project !== undefined && endpoint !== undefined;
  const isUsable = complete && scoped.projectId === project.id && isAsked(chain.profile, project);
  const isGood = isUsable && !isRefused(scoped.id, refused) && isFresh(scoped.expiresAt, chain.http.now());
  return isGood ? { token: scoped.id, userId: federated.userId, project } : undefined;
}

/** @param cached The login that there was before the command. */
async function scope(chain: Chain, cached = chain.state.federated?.unscoped): Promise<ScopedToken> {
  const project = await chooseProject(chain, () => listProjects(chain));
  const login = await federatedLogin(chain);
  try {
    return await requestScope(chain, login.unscoped, project.id);
  } catch (error) {
    // 404 is the token's own; 401 is of the role as well, so that only a token of before is worth another login.
    const wasCached = isRefused(login.unscoped, cached);
    const expired = isCode(error, "KEYSTONE_NOT_FOUND") || (isCode(error, "KEYSTONE_UNAUTHORIZED") && wasCached);
    if (!expired) throw await explainProject(chain, error, project, () => listProjects(chain));
  }
  const again = await federatedLogin(chain, login.unscoped);
  return requestScope(chain, again.unscoped, project.id).catch(async (error: unknown) => {
    throw await explainProject(chain, error, project, () => listProjects(chain));
  });
}

async function requestScope(chain: Chain, unscoped: Secret, projectId: string): Promise<ScopedToken> {
  const request = scopedTokenRequest(keystoneOf(chain.profile).url, unscoped, projectId);
  return readScopedToken(await chain.http.send(request, signalOf(chain)));
}

function remember(chain: Chain, token: ScopedToken): ProjectAccess {
  const project = { ...token.project, roles: token.roles };
  chain.update({
    project,
    scoped: { id: token.id, projectId: project.id, expiresAt: token.expiresAt.toISOString() },
    endpoint: endpointOf(chain.profile, token.catalog),
  });
  chain.step("Project", `${project.name} (${project.roles.join(", ") || "no role"})`);
  return { token: token.id, userId: token.userId, project };
}

/**
 * The projects the person has at the site.
 *
 * @throws Failure of the links `membership` or `keystone` when there are none.
 */
export async function listProjects(chain: Chain): Promise<Project[]> {
  const login = await federatedLogin(chain);
  const ask = async (token: Secret): Promise<Project[]> =>
    readProjects(await chain.http.send(projectsRequest(keystoneOf(chain.profile).url, token), signalOf(chain)));
  const projects = await ask(login.unscoped).catch(async (error: unknown) => {
    if (!isCode(error, "KEYSTONE_UNAUTHORIZED")) throw error;
    return ask((await federatedLogin(chain, login.unscoped)).unscoped);
  });
  if (projects.length === 0) throw await explainNoProjects(chain);
  return projects;
}

/** The roles in a project; none where the site does not let the person in after all. */
export async function rolesIn(chain: Chain, projectId: string): Promise<readonly string[]> {
  const { unscoped } = await federatedLogin(chain);
  return requestScope(chain, unscoped, projectId).then(
    ({ roles }) => roles,
    (error: unknown) => {
      if (isCode(error, "KEYSTONE_UNAUTHORIZED")) return [];
      throw error;
    },
  );
}

/** Every service of the site, as a token of the project shows it. */
export async function siteCatalog(chain: Chain): Promise<readonly CatalogEntry[]> {
  const token = await scope(chain);
  remember(chain, token);
  return token.catalog;
}

function isCode(error: unknown, ...codes: KeystoneError["code"][]): error is KeystoneError {
  return error instanceof KeystoneError && codes.includes(error.code);
}
