import { assumeRoleRequest, readAssumedRole, type TemporaryCredentials } from "../sts/assume-role.ts";
import { StoreError } from "../store/error.ts";
import { type AccessToken, accessToken, otherToken, signalOf } from "./access-token.ts";
import { type Chain, personLabel } from "./chain.ts";
import { explainSts, isClientRefusal, isTokenRefusal } from "./explain-sts.ts";
import { importRefused, type KeyPair } from "./import-keys.ts";
import { isRefusal, mask } from "./keys-link.ts";
import { stsOf } from "./profile.ts";
import { prover } from "./prove.ts";
import { lentFor } from "./renewal.ts";
import type { Keys, Lent } from "./state.ts";
import { rolesToTry } from "./sts-role.ts";

/**
 * The link in place of Keystone and its keys: the store itself lends keys for a while, against the access token. They are
 * proven by a signed request before anybody gets them.
 *
 * @throws Failure `STS_REFUSES_CLIENT`, `STS_NEEDS_ID_TOKEN`, `STS_NO_POLICY`, `STS_NOT_THERE`, `STS_FAILED`, or of the links `token` and `membership`.
 */
export async function stsKeys(chain: Chain): Promise<Keys> {
  const { url, region } = stsOf(chain.profile);
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, role } = await assumeRole(chain);
  const lifeMs = expiresAt.getTime() - chain.http.now().getTime();
  const lent = { ...lentFor(lifeMs, chain.clock()), ...role };
  chain.update({ endpoint: { s3Url: url, region } });
  chain.step("Keys", `${mask(accessKeyId)} lent by ${chain.profile.site} until ${lent.expiresAt.slice(11, 16)} UTC`);
  return keepProven(chain, { accessKeyId, secretAccessKey, sessionToken, lent });
}

/** Keys that the person made elsewhere, from then on like any others. @throws Failure `KEYS_IMPORT_REFUSED` */
export async function importedKeys(chain: Chain, pair: KeyPair): Promise<Keys> {
  const { url, region } = stsOf(chain.profile);
  chain.update({ endpoint: { s3Url: url, region } });
  return keepProven(chain, { ...pair, imported: true });
}

async function keepProven(chain: Chain, unproven: Keys): Promise<Keys> {
  const containers = await proveStsKeys(chain, unproven);
  const keys = {
    ...unproven,
    provenAt: chain.http.now().toISOString(),
    ...(containers === undefined ? {} : { containers }),
  };
  chain.update({ keys, renewalFailedAt: undefined });
  await chain.save();
  const count = containers === undefined ? "" : `, ${containers} ${containers === 1 ? "bucket" : "buckets"}`;
  chain.step("Store", `${chain.state.endpoint?.s3Url ?? ""} answers${count}`);
  return keys;
}

/**
 * How many buckets the keys show; undefined where they may not list them. MinIO says AccessDenied to somebody who has no
 * bucket yet, and only to keys it knows.
 *
 * @throws Failure `KEYS_IMPORT_REFUSED`, StoreError
 * @see minio/cmd/bucket-handlers.go, `ListBucketsHandler`
 */
export async function proveStsKeys(chain: Chain, keys: Keys): Promise<number | undefined> {
  try {
    return await prover(chain)(keys);
  } catch (error) {
    if (error instanceof StoreError && error.code === "STORE_DENIED") return undefined;
    if (keys.imported === true && isRefusal(error)) throw importRefused(chain, error);
    throw error;
  }
}

type Assumed = TemporaryCredentials & { readonly role: Pick<Lent, "roleArn" | "foundRoleArn"> };

/** A token that was revoked or forgotten behind our back is asked for once more. */
async function assumeRole(chain: Chain): Promise<Assumed> {
  const first = await accessToken(chain);
  const explained = (access: AccessToken) => async (error: unknown) => {
    throw await explainSts(chain, access, error);
  };
  return exchange(chain, first).catch(async (error: unknown) => {
    const second = isTokenRefusal(error) ? await otherToken(chain, first) : undefined;
    return second === undefined ? explained(first)(error) : exchange(chain, second).catch(explained(second));
  });
}

async function exchange(chain: Chain, access: AccessToken): Promise<Assumed> {
  const who = personLabel(access);
  chain.step("Check-in", `signed in${who === undefined ? "" : ` as ${who}`} (${access.source})`);
  const { url, roleArn } = stsOf(chain.profile);
  // A store that was told to take access tokens of some audience may take one without an ID token.
  const identity = { identityToken: access.idToken ?? access.token, accessToken: access.token };
  let refusal: unknown;
  for (const role of rolesToTry(chain, access)) {
    try {
      const answer = await chain.http.send(assumeRoleRequest(url, identity, role), signalOf(chain));
      const credentials = await readAssumedRole(answer);
      if (role === undefined) return { ...credentials, role: {} };
      return { ...credentials, role: roleArn === undefined ? { foundRoleArn: role } : { roleArn } };
    } catch (error) {
      if (!isClientRefusal(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}
