/** The ACLs that S3 knows by name. The last two say what an owner has anyway. */
const grants = {
  private: [],
  "public-read": ["everybody reads"],
  "public-read-write": ["everybody reads", "everybody writes"],
  "authenticated-read": ["users read"],
  "bucket-owner-read": [],
  "bucket-owner-full-control": [],
} as const;

export type CannedAcl = keyof typeof grants;

function isCannedAcl(text: string): text is CannedAcl {
  return Object.hasOwn(grants, text);
}

/** Whether a canned ACL, if any, lets somebody other than the owner read or write. */
export function cannedAclAllows(acl: string | undefined, right: "read" | "write", isAnonymous: boolean): boolean {
  if (acl === undefined || !isCannedAcl(acl)) return false;
  const given: readonly string[] = grants[acl];
  return given.includes(`everybody ${right}s`) || (!isAnonymous && given.includes(`users ${right}`));
}
