import { Failure, type FailureKind, type FailureOptions } from "../failure.ts";

/** The links of the chain, in its order; the last one is other people's tools on this machine. */
export type Link =
  | "machine"
  | "profile"
  | "token"
  | "membership"
  | "keystone"
  | "sts"
  | "project"
  | "endpoint"
  | "keys"
  | "store"
  | "bucket"
  | "tools";

interface Row {
  readonly link: Link;
  readonly kind: FailureKind;
}

/** Every way the chain breaks: where, and how the command ends; `failure-guide.ts` says what each means. Words and cures stand where it is noticed. */
export const failures = {
  CLOCK_SKEW: { link: "machine", kind: "failed" },
  LINK_TOO_SLOW: { link: "machine", kind: "later" },

  PROFILE_UNKNOWN: { link: "profile", kind: "not-found" },
  PROFILE_BAD_NAME: { link: "profile", kind: "usage" },
  PROFILE_NOT_CHOSEN: { link: "profile", kind: "usage" },
  NOT_CONNECTED: { link: "profile", kind: "denied" },
  SANDBOX_NOT_RUNNING: { link: "profile", kind: "not-found" },
  SITE_UNKNOWN: { link: "profile", kind: "not-found" },
  SITE_NOT_CHOSEN: { link: "profile", kind: "usage" },
  VO_UNKNOWN: { link: "profile", kind: "not-found" },
  SITES_NOT_UPDATED: { link: "profile", kind: "later" },
  SITE_CHECK_FAILED: { link: "keystone", kind: "failed" },
  VO_BAD_NAME: { link: "profile", kind: "usage" },
  ISSUER_BAD_ADDRESS: { link: "profile", kind: "usage" },
  STS_BAD_ADDRESS: { link: "profile", kind: "usage" },
  UNTRUSTED_HOST: { link: "profile", kind: "denied" },
  PROJECT_FILE_NOT_FOUND: { link: "profile", kind: "not-found" },
  PROJECT_FILE_UNSAFE: { link: "profile", kind: "usage" },
  PROJECT_FILE_BROKEN: { link: "profile", kind: "usage" },
  PROJECT_FILE_NEWER: { link: "profile", kind: "usage" },
  PROJECT_FILE_HAS_SECRET: { link: "profile", kind: "denied" },
  PROJECT_FILE_NAME_TAKEN: { link: "profile", kind: "usage" },
  PROJECT_FILE_EXISTS: { link: "profile", kind: "usage" },

  TOKEN_MISSING: { link: "token", kind: "denied" },
  TOKEN_EMPTY: { link: "token", kind: "usage" },
  TOKEN_MALFORMED: { link: "token", kind: "usage" },
  TOKEN_TRUNCATED: { link: "token", kind: "usage" },
  TOKEN_IS_S3_KEY: { link: "token", kind: "usage" },
  TOKEN_IS_KEYSTONE_TOKEN: { link: "token", kind: "usage" },
  TOKEN_IS_ID_TOKEN: { link: "token", kind: "usage" },
  TOKEN_NEEDS_CLIENT_ID: { link: "token", kind: "usage" },
  TOKEN_EXPIRED: { link: "token", kind: "denied" },
  TOKEN_NOT_YET_VALID: { link: "token", kind: "denied" },
  TOKEN_WRONG_ISSUER: { link: "token", kind: "denied" },
  TOKEN_REFUSED: { link: "token", kind: "denied" },
  TOKEN_SOURCE_HANGS: { link: "token", kind: "later" },
  TOKEN_SOURCE_FAILED: { link: "token", kind: "denied" },
  RENEWAL_BUSY: { link: "token", kind: "later" },
  LOGIN_EXPIRED: { link: "token", kind: "denied" },
  LOGIN_NO_DEVICE_GRANT: { link: "token", kind: "denied" },
  LOGIN_DENIED: { link: "token", kind: "denied" },
  LOGIN_TIMED_OUT: { link: "token", kind: "later" },
  LOGIN_CLIENT_REFUSED: { link: "token", kind: "denied" },
  ISSUER_BROKEN: { link: "token", kind: "failed" },

  NOT_IN_VO: { link: "membership", kind: "denied" },
  NOT_IN_ANY_VO: { link: "membership", kind: "denied" },
  SUBGROUP_ONLY: { link: "membership", kind: "denied" },
  MEMBERSHIP_PENDING: { link: "membership", kind: "later" },

  KEYSTONE_WRONG_ADDRESS: { link: "keystone", kind: "failed" },
  KEYSTONE_UNKNOWN_PROVIDER: { link: "keystone", kind: "failed" },
  KEYSTONE_REFUSES_TOKEN: { link: "keystone", kind: "denied" },
  KEYSTONE_MAPPING_REFUSES: { link: "keystone", kind: "denied" },
  KEYSTONE_WRONG_PROTOCOL: { link: "keystone", kind: "failed" },
  KEYSTONE_NO_PROJECTS: { link: "keystone", kind: "denied" },
  KEYSTONE_TROUBLE: { link: "keystone", kind: "later" },
  KEYSTONE_FAILED: { link: "keystone", kind: "failed" },
  NO_KEYSTONE: { link: "keystone", kind: "usage" },

  STS_REFUSES_CLIENT: { link: "sts", kind: "denied" },
  STS_NEEDS_ID_TOKEN: { link: "sts", kind: "denied" },
  STS_NO_POLICY: { link: "sts", kind: "denied" },
  STS_NOT_THERE: { link: "sts", kind: "failed" },
  STS_FAILED: { link: "sts", kind: "failed" },

  PROJECT_AMBIGUOUS: { link: "project", kind: "usage" },
  PROJECT_NO_ROLE: { link: "project", kind: "denied" },
  PROJECT_NOT_MINE: { link: "project", kind: "not-found" },

  ENDPOINT_MISSING: { link: "endpoint", kind: "failed" },
  ENDPOINT_AMBIGUOUS: { link: "endpoint", kind: "usage" },
  ENDPOINT_NOT_S3: { link: "endpoint", kind: "failed" },
  ENDPOINT_WITHOUT_S3: { link: "endpoint", kind: "failed" },

  KEYS_BAD_NAME: { link: "keys", kind: "usage" },
  KEYS_NONE: { link: "keys", kind: "denied" },
  KEYS_DELETED: { link: "keys", kind: "denied" },
  KEYS_OTHER_PROJECT: { link: "keys", kind: "denied" },
  KEYS_NOT_FOUND: { link: "keys", kind: "not-found" },
  KEYS_FORBIDDEN: { link: "keys", kind: "denied" },
  KEYS_REFUSED: { link: "keys", kind: "later" },
  KEYS_MEMBERSHIP_NOT_KEPT: { link: "keys", kind: "failed" },
  KEYS_NOT_CHECKED: { link: "keys", kind: "failed" },
  KEYS_IMPORT_REFUSED: { link: "keys", kind: "denied" },
  KEYS_BAD_IMPORT: { link: "keys", kind: "usage" },

  STORE_BUSY: { link: "store", kind: "later" },

  BUCKET_NOT_THERE: { link: "bucket", kind: "not-found" },
  BUCKET_DENIED: { link: "bucket", kind: "denied" },
  BUCKET_PREFIX_RULE: { link: "bucket", kind: "denied" },
  BUCKET_LIST_DENIED: { link: "bucket", kind: "denied" },
  BUCKET_GET_DENIED: { link: "bucket", kind: "denied" },
  BUCKET_WRITE_DENIED: { link: "bucket", kind: "denied" },
  BUCKET_PUBLIC_BUT_SIGNED_REFUSED: { link: "bucket", kind: "denied" },
  BUCKET_QUOTA: { link: "bucket", kind: "failed" },

  TOOLS_SHADOWED: { link: "tools", kind: "failed" },
  TOOLS_COMMAND_GONE: { link: "tools", kind: "failed" },
  SECRETS_FOUND: { link: "tools", kind: "failed" },
  SECRETS_NOT_CONFIRMED: { link: "tools", kind: "usage" },
  TOOL_FILE_NOT_OURS: { link: "tools", kind: "usage" },
  TOOL_FILE_ENCRYPTED: { link: "tools", kind: "failed" },
  TOOL_FILE_NOT_EDITABLE: { link: "tools", kind: "failed" },
  AWS_PROFILE_NOT_OURS: { link: "tools", kind: "usage" },
  AWS_CONFIG_BROKEN: { link: "tools", kind: "failed" },
  AWS_DEFAULT_NOT_OURS: { link: "tools", kind: "usage" },
} as const satisfies Record<string, Row>;

export type FailureCode = keyof typeof failures;

/** A {@link Failure} of the chain, its kind taken from the table. */
export function chainFailure(code: FailureCode, message: string, options: FailureOptions): Failure {
  return new Failure(code, failures[code].kind, message, options);
}

/** The link that broke, for codes of the chain; connection failures belong to whatever was asked. */
export function linkOf(error: unknown): Link | undefined {
  const code = error instanceof Failure ? error.code : "";
  return code in failures ? failures[code as FailureCode].link : undefined;
}
