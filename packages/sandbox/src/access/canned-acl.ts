type Grant = { readonly who: "everybody" | "users"; readonly right: "read" | "write" };

/** The ACLs that S3 knows by name, as what they give to others. The last two say what an owner has anyway. */
const grants: Readonly<Record<string, readonly Grant[]>> = {
  private: [],
  "public-read": [{ who: "everybody", right: "read" }],
  "public-read-write": [
    { who: "everybody", right: "read" },
    { who: "everybody", right: "write" },
  ],
  "authenticated-read": [{ who: "users", right: "read" }],
  "bucket-owner-read": [],
  "bucket-owner-full-control": [],
};

export function isCannedAcl(name: string): boolean {
  return Object.hasOwn(grants, name);
}

/** What a canned ACL gives to others than the owner; none for undefined. */
export function cannedGrants(acl: string | undefined): readonly Grant[] {
  return (acl === undefined ? undefined : grants[acl]) ?? [];
}

/** Whether a canned ACL, if any, lets somebody other than the owner read or write. */
export function cannedAclAllows(acl: string | undefined, right: "read" | "write", isAnonymous: boolean): boolean {
  return cannedGrants(acl).some((grant) => grant.right === right && (grant.who === "everybody" || !isAnonymous));
}
