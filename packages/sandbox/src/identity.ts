/** Who is asking, as Keystone tells the object store. */
export interface Principal {
  readonly userId: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly roles: readonly string[];
}

export interface KeyOwner extends Principal {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Must come with each request of keys that were lent. */
  readonly sessionToken?: string;
}

export type TokenLookup =
  | { readonly kind: "scoped"; readonly principal: Principal }
  | { readonly kind: "unscoped" }
  /** Unknown, expired or revoked. */
  | { readonly kind: "refused" };

/** What the object store asks Keystone. Implemented by `keystone/`, used by `s3/` and `swift/`. */
export interface Identity {
  /** Keys of an STS, which come with a session token. Default false: none is taken. */
  readonly lendsKeys?: boolean;
  /**
   * The owner of an EC2 credential, or undefined when it does not exist. Where its owner's group membership lapsed, it has
   * no roles and a secret that nobody knows: every signature fails, as at RGW when Keystone refuses the user.
   * Answers come from a cache as in RGW: a deleted key may live on for the sandbox's `secretCacheSeconds`.
   */
  findKey(accessKeyId: string): Promise<KeyOwner | undefined>;
  findToken(token: string): Promise<TokenLookup>;
}
