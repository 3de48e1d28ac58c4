import { randomUUID } from "node:crypto";
import type { Identity, KeyOwner, TokenLookup } from "../identity.ts";
import { roleNames } from "./documents.ts";
import { findProject } from "./projects.ts";
import type { KeystoneState } from "./state.ts";
import type { Tokens } from "./tokens.ts";

interface Kept<T> {
  readonly value: T;
  readonly until: number;
}

/** {@link Identity} with RGW's caches, and a way past them for tests. */
export interface CachingIdentity extends Identity {
  /** Forgets what was cached of a key, so that its next use asks Keystone. */
  forgetKey(accessKeyId: string): void;
}

/**
 * What RGW learns from Keystone, cached as RGW does: a key it has seen is good for `secretCacheSeconds` whatever happens
 * to it, a token until it expires even if revoked. A refusal is never cached. 0 turns both caches off.
 */
export function createIdentity(
  state: KeystoneState,
  tokens: Tokens,
  secretCacheSeconds: number,
  now: () => Date,
): CachingIdentity {
  const keys = new Map<string, Kept<KeyOwner>>();
  const seenTokens = new Map<string, Kept<TokenLookup>>();

  function lookUpKey(accessKeyId: string): KeyOwner | undefined {
    const credential = state.findCredential(accessKeyId);
    const project = credential && findProject(credential.projectId);
    if (credential === undefined || project === undefined) return undefined;
    const { userId, secret } = credential;
    const lapsed = !state.persistedGroups(userId, now()).includes(project.group);
    return {
      accessKeyId,
      // Keystone refuses to check the signature ("User not valid for project."), and RGW says SignatureDoesNotMatch.
      secretAccessKey: lapsed ? randomUUID() : secret,
      userId,
      projectId: project.id,
      projectName: project.name,
      roles: lapsed ? [] : roleNames,
    };
  }

  function lookUpToken(id: string): { lookup: TokenLookup; until: number } {
    const token = tokens.read(id);
    if (typeof token === "string") return { lookup: { kind: "refused" }, until: 0 };
    if (token.project === undefined) return { lookup: { kind: "unscoped" }, until: 0 };
    const { id: projectId, name: projectName } = token.project;
    const principal = { userId: token.user.id, projectId, projectName, roles: roleNames };
    return { lookup: { kind: "scoped", principal }, until: token.expiresAt.getTime() };
  }

  return {
    async findKey(accessKeyId) {
      const owner = fresh(keys, accessKeyId, now()) ?? lookUpKey(accessKeyId);
      const isNew = owner !== undefined && owner.roles.length > 0 && !keys.has(accessKeyId);
      if (isNew) keep(keys, accessKeyId, owner, now().getTime() + secretCacheSeconds * 1000);
      return owner;
    },
    async findToken(id) {
      const seen = fresh(seenTokens, id, now());
      if (seen !== undefined) return seen;
      const { lookup, until } = lookUpToken(id);
      if (secretCacheSeconds > 0 && until > 0) keep(seenTokens, id, lookup, until);
      return lookup;
    },
    forgetKey: (accessKeyId) => void keys.delete(accessKeyId),
  };
}

function fresh<T>(cache: Map<string, Kept<T>>, key: string, now: Date): T | undefined {
  const kept = cache.get(key);
  if (kept === undefined) return undefined;
  if (kept.until > now.getTime()) return kept.value;
  cache.delete(key);
  return undefined;
}

/** At most 10,000, as `rgw_keystone_token_cache_size`. */
function keep<T>(cache: Map<string, Kept<T>>, key: string, value: T, until: number): void {
  const oldest = cache.size >= 10_000 ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  cache.set(key, { value, until });
}
