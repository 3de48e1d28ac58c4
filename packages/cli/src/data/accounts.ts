import type { StoreAccount } from "@fedbucket/client";
import { Option } from "commander";
import type { Context } from "../context.ts";
import type { OpenOptions } from "../session.ts";

export interface DataOptions extends OpenOptions {
  readonly via?: "s3" | "swift" | undefined;
  readonly json?: boolean | undefined;
}

/** The account behind an address; its profile wins over `--profile`. */
export type OpenAccount = (address: { readonly profile?: string }) => Promise<StoreAccount>;

export const viaOption = (): Option =>
  new Option("--via <protocol>", "the protocol to speak (default: s3 where the site has it)").choices(["s3", "swift"]);

/** Opens each profile once. */
export function accountsOf(context: Context, options: DataOptions): OpenAccount {
  const opened = new Map<string, Promise<StoreAccount>>();
  const open = async (profile: string | undefined): Promise<StoreAccount> => {
    const { openSession } = await import("../session.ts");
    const session = await openSession(context, { ...options, profile });
    return await session.account(options.via);
  };
  return (address) => {
    const profile = address.profile ?? options.profile;
    const account = opened.get(profile ?? "") ?? open(profile);
    opened.set(profile ?? "", account);
    return account;
  };
}
