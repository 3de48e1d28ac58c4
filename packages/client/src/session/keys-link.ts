import {
  createEc2CredentialRequest,
  deleteEc2CredentialRequest,
  type Ec2Credential,
  listEc2CredentialsRequest,
  readDeletedEc2Credential,
  readEc2Credential,
  readEc2Credentials,
} from "../keystone/ec2-credentials.ts";
import { KeystoneError } from "../keystone/errors.ts";
import { Failure } from "../failure.ts";
import type { S3Credentials } from "../store/credentials.ts";
import { StoreError } from "../store/error.ts";
import { signalOf } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { keystoneInWords } from "./explain.ts";
import { linkOf } from "./failures.ts";
import { logIn, type ProjectAccess, projectAccess, projectAccessAnd } from "./keystone-link.ts";
import { keystoneOf } from "./profile.ts";
import type { Keys } from "./state.ts";

/** Makes a signed request and counts the buckets it shows. Rejects with a StoreError when the keys are refused. */
export type Prove = (keys: S3Credentials) => Promise<number>;

/** More of a person's keys than this are not tried one by one. */
const mostTried = 3;

/**
 * The fourth link: keys of the project that a signed request has proven. Those there are come before new ones, since each
 * new pair is one more secret to lose.
 *
 * @throws Failure `KEYS_REFUSED`, `KEYS_MEMBERSHIP_NOT_KEPT`, `KEYS_NOT_CHECKED`, `KEYS_FORBIDDEN`, or of an earlier link.
 */
export async function provenKeys(chain: Chain, prove: Prove): Promise<Keys> {
  // Keys are a person's, not a project's, and to list them is what takes Keystone longest.
  const { access, meanwhile } = await projectAccessAnd(chain, ({ unscoped: token, userId }) =>
    askForKeys(chain, { token, userId }),
  );
  const all = meanwhile ?? (await listKeys(chain, access));
  const candidates = inOrder(
    chain,
    all.filter(({ projectId }) => projectId === access.project.id),
  );
  for (const candidate of candidates.slice(0, mostTried)) {
    const proven = await tryKeys(chain, candidate, prove);
    if (proven !== undefined) {
      chain.step("Keys", `${mask(candidate.accessKeyId)} reused`);
      return keep(chain, proven);
    }
  }
  // Another pair would share the fate of these: refusals come with the person's membership, not with the pair.
  if (candidates.length > 0) throw await refused(chain, access);
  const created = await createKeys(chain, await projectAccess(chain)); // listing may have needed another token
  chain.step("Keys", `${mask(created.accessKeyId)} made`);
  const proven = await tryKeys(chain, created, prove);
  if (proven === undefined) throw await refused(chain, access);
  return keep(chain, proven);
}

/**
 * Keys again, after the store refused those there were: deleted behind our back, or dead because the membership behind
 * them ran out. A new federated login cures the second; where nobody can sign in now, a Keystone token that is still
 * good is enough for the first.
 *
 * @param since When the membership was last renewed before the keys were refused.
 */
export async function healedKeys(
  chain: Chain,
  prove: Prove,
  since: string | undefined = chain.state.federated?.loggedInAt,
): Promise<Keys> {
  const refused = chain.state.keys;
  try {
    await logIn(chain);
  } catch (error) {
    const link = linkOf(error);
    if (link !== "token" || chain.state.scoped === undefined) throw error;
    return provenKeys(chain, prove).catch((reason: unknown) => {
      throw reason instanceof Failure && reason.code === "KEYS_REFUSED" ? error : reason;
    });
  }
  try {
    const keys = await provenKeys(chain, prove);
    if (keys.accessKeyId === refused?.accessKeyId) await noteLapse(chain, since);
    return keys;
  } catch (error) {
    const isLapse = error instanceof Failure && error.code === "KEYS_REFUSED" && refused?.provenAt !== undefined;
    if (isLapse) await noteLapse(chain, since);
    throw error;
  }
}

/** Keys that a login brought back to life, or that Keystone still lists, had died of the membership behind them. */
async function noteLapse(chain: Chain, since: string | undefined): Promise<void> {
  const seconds = (chain.clock().getTime() - Date.parse(since ?? "")) / 1000;
  if (Number.isNaN(seconds) || seconds < 0) return;
  chain.update({ lapsedAfterSeconds: Math.min(seconds, chain.state.lapsedAfterSeconds ?? seconds) });
  await chain.save();
}

/** All of the person's keys at the site, whatever their project. */
export const listKeys = (chain: Chain, access: ProjectAccess): Promise<Ec2Credential[]> =>
  withToken(chain, access, (current) => askForKeys(chain, current));

async function askForKeys(
  chain: Chain,
  { token, userId }: Pick<ProjectAccess, "token" | "userId">,
): Promise<Ec2Credential[]> {
  const request = listEc2CredentialsRequest(keystoneOf(chain.profile).url, token, userId);
  return readEc2Credentials(await chain.http.send(request, signalOf(chain)));
}

/** Once more with another token, where Keystone no longer takes the one there was: then it did nothing. */
async function withToken<T>(
  chain: Chain,
  access: ProjectAccess,
  ask: (access: ProjectAccess) => Promise<T>,
): Promise<T> {
  try {
    return await ask(access);
  } catch (error) {
    if (!(error instanceof KeystoneError)) throw error;
    if (error.code !== "KEYSTONE_UNAUTHORIZED") throw keystoneInWords(chain.profile, error);
  }
  return ask(await projectAccess(chain, access.token));
}

/**
 * Makes a pair and notes down that it is ours before anything else can fail. The disk is not waited for: whoever proves
 * the pair saves once more.
 */
export async function createKeys(chain: Chain, access: ProjectAccess): Promise<Ec2Credential> {
  const created = await withToken(chain, access, async ({ token, userId, project }) => {
    const request = createEc2CredentialRequest(keystoneOf(chain.profile).url, token, userId, project.id);
    return readEc2Credential(await chain.http.send(request, signalOf(chain)));
  });
  chain.update({ madeKeys: [...chain.state.madeKeys, created.accessKeyId] });
  await chain.save({ synced: false });
  return created;
}

/** False when there was no such key. */
export async function deleteKeys(chain: Chain, access: ProjectAccess, accessKeyId: string): Promise<boolean> {
  const deleted = await withToken(chain, access, async ({ token, userId }) => {
    const request = deleteEc2CredentialRequest(keystoneOf(chain.profile).url, token, userId, accessKeyId);
    return readDeletedEc2Credential(await chain.http.send(request, signalOf(chain)));
  });
  const { keys, madeKeys } = chain.state;
  chain.update({ madeKeys: madeKeys.filter((id) => id !== accessKeyId) });
  if (keys?.accessKeyId === accessKeyId) {
    const { keys: _, ...rest } = chain.state;
    chain.state = rest;
  }
  await chain.save();
  return deleted;
}

/** Enough to tell keys apart. */
export const mask = (accessKeyId: string): string => `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;

/** The pair in use first, then those made here, then the others. */
function inOrder(chain: Chain, keys: readonly Ec2Credential[]): Ec2Credential[] {
  const { keys: current, madeKeys } = chain.state;
  const rank = ({ accessKeyId }: Ec2Credential): number =>
    accessKeyId === current?.accessKeyId ? 0 : madeKeys.includes(accessKeyId) ? 1 : 2;
  return [...keys].sort((a, b) => rank(a) - rank(b));
}

const refused = async (chain: Chain, access: ProjectAccess): Promise<Error> =>
  (await import("./refused-keys.ts")).refusedByStore(chain, access);

/** Undefined when the store refuses them. */
export async function tryKeys(chain: Chain, keys: Keys, prove: Prove): Promise<Keys | undefined> {
  try {
    const containers = await prove(keys);
    return { ...keys, containers, provenAt: chain.http.now().toISOString() };
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

export const isRefusal = (error: unknown): boolean =>
  error instanceof StoreError && (error.code === "STORE_UNAUTHENTICATED" || error.code === "STORE_DENIED");

/** Remembers keys that are proven. */
export async function keep(chain: Chain, keys: Keys): Promise<Keys> {
  chain.update({ keys });
  await chain.save();
  const count = `${keys.containers} ${keys.containers === 1 ? "container" : "containers"}`;
  chain.step("Store", `${chain.state.endpoint?.s3Url ?? ""} answers, ${count}`);
  return keys;
}
