import type { Secret } from "../secret.ts";

/** What is remembered of a connection between commands. Times are ISO 8601. */
export interface ProfileState {
  /** Where the rest belongs to. State of another Keystone or issuer is not used. */
  readonly issuer: string;
  readonly keystoneUrl: string;
  readonly login?: Login;
  readonly federated?: FederatedLogin;
  readonly project?: { readonly id: string; readonly name: string; readonly roles: readonly string[] };
  readonly scoped?: { readonly id: Secret; readonly projectId: string; readonly expiresAt: string };
  readonly endpoint?: StoreEndpoint;
  readonly keys?: Keys;
  /** Access keys that were created here: the only ones that may be deleted without being named. */
  readonly madeKeys: readonly string[];
}

/** What a person's signing in gave. */
export interface Login {
  readonly accessToken: Secret;
  readonly expiresAt?: string;
  readonly refreshToken?: Secret;
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
  /** Keystone keeps group membership, and with it the keys alive, for a while from here. */
  readonly loggedInAt: string;
  /** What worked at this site: `openid` or `oidc`. */
  readonly protocol: string;
}

export interface StoreEndpoint {
  /** Swift, as the catalog has it. */
  readonly storageUrl: string;
  /** Absent where no S3 address can be told from the Swift one. */
  readonly s3Url?: string;
  /** Signing region. */
  readonly region: string;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly projectId: string;
  /** When a signed request last succeeded with them. */
  readonly provenAt?: string;
  /** What that request counted. */
  readonly containers?: number;
}

/** Where a profile's state is kept between commands. */
export interface StateStore {
  load(): Promise<ProfileState | undefined>;
  save(state: ProfileState): Promise<void>;
  remove(): Promise<void>;
  /** Runs the work while no other process has the same profile locked. Not reentrant. */
  locked<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Whether the keys of a profile may be lent without asking anybody: the membership behind them was renewed lately. */
export function isRenewedLately(state: ProfileState, now: Date, withinHours: number): boolean {
  const { federated } = state;
  return federated !== undefined && now.getTime() - Date.parse(federated.loggedInAt) < withinHours * 3_600_000;
}
