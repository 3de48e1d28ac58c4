import { randomBytes } from "node:crypto";
import { seal, unseal } from "./fernet.ts";
import type { ApplicationCredential } from "./application-credentials.ts";
import { findProject, type Project } from "./projects.ts";
import type { KeystoneState, User } from "./state.ts";

/** A token that is good: not expired, not revoked. */
export interface Token {
  readonly methods: readonly string[];
  readonly user: User;
  readonly groups: readonly string[];
  /** Undefined: unscoped. */
  readonly project?: Project;
  /** What it was made with, where that was no login. */
  readonly delegation?: ApplicationCredential;
  readonly auditId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Keystone's sealed, stateless tokens. */
export interface Tokens {
  issue(claims: Omit<Token, "auditId" | "issuedAt">): {
    id: string;
    token: Token;
  };
  /** "unrecognized" when it was never one of ours; "invalid" when it has expired or was revoked. */
  read(id: string): Token | "unrecognized" | "invalid";
}

interface Sealed {
  methods: string[];
  user: string;
  groups: string[];
  project?: string;
  delegation?: string;
  audit: string;
  issued: number;
  expires: number;
}

export function createTokens(state: KeystoneState, key: Buffer, now: () => Date): Tokens {
  return {
    issue({ methods, user, groups, expiresAt, project, delegation }) {
      const issuedAt = new Date(Math.floor(now().getTime() / 1000) * 1000); // Fernet counts whole seconds
      const auditId = randomBytes(16).toString("base64url");
      const sealed: Sealed = {
        methods: [...methods],
        user: user.id,
        groups: [...groups],
        audit: auditId,
        issued: issuedAt.getTime(),
        expires: expiresAt.getTime(),
        ...(project === undefined ? {} : { project: project.id }),
        ...(delegation === undefined ? {} : { delegation: delegation.id }),
      };
      const token = {
        methods,
        user,
        groups,
        auditId,
        issuedAt,
        expiresAt,
        ...(project === undefined ? {} : { project }),
        ...(delegation === undefined ? {} : { delegation }),
      };
      return { id: seal(key, JSON.stringify(sealed), issuedAt), token };
    },
    read(id) {
      const text = unseal(key, id);
      if (text === undefined) return "unrecognized";
      const {
        methods,
        user: userId,
        groups,
        project: projectId,
        audit,
        issued,
        expires,
        ...rest
      } = JSON.parse(text) as Sealed;
      const user = state.findUser(userId);
      if (user === undefined || expires <= now().getTime() || state.isRevoked(audit)) return "invalid";
      const delegation = rest.delegation === undefined ? undefined : state.applicationCredentials.find(rest.delegation);
      if (rest.delegation !== undefined && delegation === undefined) return "invalid";
      const project = projectId === undefined ? undefined : findProject(projectId);
      return {
        methods,
        user,
        groups,
        auditId: audit,
        issuedAt: new Date(issued),
        expiresAt: new Date(expires),
        ...(project === undefined ? {} : { project }),
        ...(delegation === undefined ? {} : { delegation }),
      };
    },
  };
}
