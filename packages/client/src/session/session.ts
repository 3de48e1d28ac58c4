import type { StoreAccount } from "../store/store.ts";

/** One connection: the chain access token, Keystone token, keys, store, each link made when first asked for. */
export interface Session {
  /** The profile's name, as in `s3://` paths and `~/.aws/config`. */
  readonly name: string;
  /** The object store at the end of the chain. Makes no request; the first call on the account may make several. */
  account(via?: "s3" | "swift"): Promise<StoreAccount>;
}
