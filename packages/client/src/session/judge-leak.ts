import { Failure } from "../failure.ts";
import type { Ec2Credential } from "../keystone/ec2-credentials.ts";
import { KeystoneError } from "../keystone/errors.ts";
import { readValidity, validateTokenRequest } from "../keystone/validate-token.ts";
import type { Leak, Verdict } from "../leaks/leak.ts";
import { OidcError } from "../oidc/errors.ts";
import { signalOf } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import { askUserinfo } from "./explain.ts";
import { isRefusal, listKeys, mask } from "./keys-link.ts";
import { projectAccess } from "./keystone-link.ts";
import { keystoneOf } from "./profile.ts";
import { prover } from "./prove.ts";

/** The person's own keys at the site; undefined when they cannot be asked for. */
type OwnKeys = readonly Ec2Credential[] | undefined;

/** What is told by the secret alone. Undefined where a server must be asked. */
export function judgeOffline(leak: Leak, now: Date): Verdict | undefined {
  if (leak.kind !== "access-token" && leak.kind !== "refresh-token") return undefined;
  const { expiresAt } = leak.claims;
  if (expiresAt === undefined || expiresAt > now) return undefined;
  return { state: "dead", detail: `expired on ${expiresAt.toISOString().slice(0, 10)}`, expiresAt };
}

/** One verdict for each, in their order. */
export async function judgeLeaks(chain: Chain, leaks: readonly Leak[]): Promise<readonly Verdict[]> {
  const own = leaks.some(({ kind }) => kind === "s3-keys") ? await ownKeys(chain) : undefined;
  const verdicts: Verdict[] = [];
  for (const leak of leaks) verdicts.push(await judgeLeak(chain, leak, own));
  return verdicts;
}

/**
 * Whether a secret still opens something. A token is shown to nobody but the issuer and Keystone of the profile, and a
 * secret key to nobody: it signs.
 */
async function judgeLeak(chain: Chain, leak: Leak, own: OwnKeys): Promise<Verdict> {
  const known = judgeOffline(leak, chain.http.now());
  if (known !== undefined) return known;
  try {
    switch (leak.kind) {
      case "access-token":
        return await judgeAccessToken(chain, leak);
      case "refresh-token":
        return unknownOf(leak.claims.expiresAt, "a refresh token is used up by looking, so it was not tried");
      case "keystone-token":
        return await judgeKeystoneToken(chain, leak);
      case "s3-keys":
        return await judgeKeys(chain, leak, own);
      default:
        return { state: "unknown", detail: `${leak.variable}: it was not tried, since that could lock the account` };
    }
  } catch (error) {
    if (!(error instanceof Failure || error instanceof KeystoneError || error instanceof OidcError)) throw error;
    return { state: "unknown", detail: error.message };
  }
}

/** Undefined when nobody can sign in now. */
async function ownKeys(chain: Chain): Promise<OwnKeys> {
  try {
    return await listKeys(chain, await projectAccess(chain));
  } catch (error) {
    if (error instanceof Failure || error instanceof KeystoneError || error instanceof OidcError) return undefined;
    throw error;
  }
}

const unknownOf = (expiresAt: Date | undefined, detail: string): Verdict => ({
  state: "unknown",
  detail,
  ...(expiresAt === undefined ? {} : { expiresAt }),
});

async function judgeAccessToken(
  chain: Chain,
  { secret, claims: { issuer, expiresAt } }: Leak & { kind: "access-token" | "refresh-token" },
): Promise<Verdict> {
  if (issuer !== chain.profile.issuer)
    return unknownOf(
      expiresAt,
      `a token of ${issuer ?? "an unknown issuer"}, which ${chain.profile.name} does not use`,
    );
  const until = expiresAt === undefined ? {} : { expiresAt };
  try {
    const { name } = await askUserinfo(chain, secret);
    return { state: "alive", detail: `${issuer} takes it as ${name}`, ...until };
  } catch (error) {
    if (!(error instanceof OidcError) || error.code !== "OIDC_TOKEN_REFUSED") throw error;
    return { state: "dead", detail: `${issuer} refuses it`, ...until };
  }
}

async function judgeKeystoneToken(chain: Chain, { secret }: Leak & { kind: "keystone-token" }): Promise<Verdict> {
  const { site } = chain.profile;
  const { url } = keystoneOf(chain.profile);
  const found = await readValidity(await chain.http.send(validateTokenRequest(url, secret), signalOf(chain)));
  if (found === undefined) return { state: "dead", detail: `${site} refuses it` };
  return { state: "alive", detail: `${site} takes it`, ...found };
}

async function judgeKeys(chain: Chain, leak: Leak & { kind: "s3-keys" }, own: OwnKeys): Promise<Verdict> {
  const { site } = chain.profile;
  // The access key beside a secret in a file may be that of another pair.
  const mine =
    own?.find(({ secretAccessKey }) => secretAccessKey.equals(leak.secret)) ??
    own?.find(({ accessKeyId }) => accessKeyId === leak.accessKeyId);
  if (mine !== undefined)
    return { state: "alive", detail: `yours at ${site}, ${mask(mine.accessKeyId)}`, accessKeyId: mine.accessKeyId };
  if (leak.accessKeyId === undefined) return { state: "unknown", detail: "a secret key without its access key" };
  if (chain.state.endpoint?.s3Url === undefined)
    return { state: "unknown", detail: `no store of ${site} is known yet` };
  const pair = { accessKeyId: leak.accessKeyId, secretAccessKey: leak.secret };
  try {
    await prover(chain)(pair);
    return { state: "alive", detail: `${site} takes them; they are somebody else's` };
  } catch (error) {
    if (isRefusal(error)) return { state: "dead", detail: `not yours, and the store of ${site} refuses them` };
    throw error;
  }
}
