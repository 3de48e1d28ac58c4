import type { Secret } from "../secret.ts";

/** What is remembered of a connection between commands. Times are ISO 8601. */
export interface ProfileState {
  /** Where the rest belongs to. State of another Keystone or issuer is not used. */
  readonly issuer: string;
  /** Of the store where that takes Keystone's place: it lends keys itself. */
  readonly keystoneUrl: string;
  readonly login?: Login;
  readonly federated?: FederatedLogin;
  readonly project?: { readonly id: string; readonly name: string; readonly roles: readonly string[] };
  readonly scoped?: { readonly id: Secret; readonly projectId: string; readonly expiresAt: string };
  readonly endpoint?: StoreEndpoint;
  readonly keys?: Keys;
  /** Access keys that were created here: the only ones that may be deleted without being named. */
  readonly madeKeys: readonly string[];
  /** Pairs of ours that were rotated away, and from when on no tool can be using them. */
  readonly retiring?: readonly { readonly accessKeyId: string; readonly deleteAfter: string }[] | undefined;
  /** The shortest time after which the site was seen to have forgotten a membership. */
  readonly lapsedAfterSeconds?: number;
  /** When renewing last failed; absent once it succeeds. */
  readonly renewalFailedAt?: string | undefined;
}

/** What a person's signing in gave. */
export interface Login {
  readonly accessToken: Secret;
  readonly expiresAt?: string;
  readonly refreshToken?: Secret;
  /** Says who signed in and by which client: what a store that lends keys itself goes by. */
  readonly idToken?: Secret;
  /** The client the refresh token belongs to; no other client can use it. */
  readonly clientId?: string;
  readonly personName?: string;
  /** The person's `sub`. */
  readonly subject?: string;
  /** In words: "device login", "pasted token", "OIDC_ACCESS_TOKEN". */
  readonly source: string;
}

export interface FederatedLogin {
  readonly userId: string;
  /** Whose login it was, where the access token said so. */
  readonly subject?: string;
  readonly personName?: string;
  readonly unscoped: Secret;
  readonly expiresAt: string;
  /** Keystone keeps group membership, and with it the keys alive, for a while from here. By this machine's clock. */
  readonly loggedInAt: string;
  /** The profile's `membershipRenewAfter` at that time. */
  readonly renewAfterSeconds?: number;
  /** Where the access token came from. */
  readonly source?: string;
  /** What worked at this site: `openid` or `oidc`. */
  readonly protocol: string;
}

export interface StoreEndpoint {
  /** Swift, as the catalog has it; an STS store has none. */
  readonly storageUrl?: string;
  /** Absent where no S3 address can be told from the Swift one. */
  readonly s3Url?: string;
  /** Signing region. */
  readonly region: string;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Of keys of Keystone. */
  readonly projectId?: string;
  /** Of keys that an STS lent. */
  readonly lent?: Lent;
  readonly sessionToken?: Secret;
  /** The person made them elsewhere, in a console, and handed them over. */
  readonly imported?: true;
  /** When a signed request last succeeded with them. */
  readonly provenAt?: string;
  /** What that request counted. */
  readonly containers?: number;
}

/** By this machine's clock, as tools go by it. */
export interface Lent {
  readonly expiresAt: string;
  /** From when on others are asked for. */
  readonly renewAt: string;
  /** The profile's role, which they were asked for with. */
  readonly roleArn?: string;
  /** The role that the store turned out to have for our client, where the profile has none. */
  readonly foundRoleArn?: string;
}

export interface SaveOptions {
  /** Wait until a power cut cannot take it any more. Default true. */
  readonly synced?: boolean;
}

/** Where a profile's state is kept between commands. */
export interface StateStore {
  load(): Promise<ProfileState | undefined>;
  save(state: ProfileState, options?: SaveOptions): Promise<void>;
  remove(): Promise<void>;
  /** Runs the work while no other process has the same profile locked. Not reentrant. */
  locked<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}
