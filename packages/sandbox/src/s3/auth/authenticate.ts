import type { KeyObject } from "node:crypto";
import type { ServiceRequest } from "../../http/service.ts";
import type { Identity, KeyOwner, Principal } from "../../identity.ts";
import { S3Error } from "../errors.ts";
import { readClaim, type SigV2Claim, type SigV4Claim } from "./claim.ts";
import { signingKeys } from "./signing-key.ts";
import { checkSignatureV2, checkTimeV2 } from "./sigv2.ts";
import { checkSignature, checkTime } from "./sigv4.ts";

export interface Authentication {
  /** Undefined for an anonymous request. */
  readonly caller?: Principal;
  /** `x-amz-content-sha256`, or undefined where the client says nothing of the body. */
  readonly payloadHash?: string;
  /** What the signatures of an `aws-chunked` body are made with. */
  readonly chain?: SignatureChain;
}

export interface SignatureChain {
  readonly key: KeyObject;
  readonly timestamp: string;
  readonly scope: string;
  /** The request's own signature, from which the first chunk goes on. */
  readonly seed: string;
}

export type Authenticator = (request: ServiceRequest) => Promise<Authentication>;

/** Finds out who signed a request, in RGW's order: time, key, signature. */
export function authenticator(identity: Identity, now: () => Date): Authenticator {
  const keys = signingKeys();
  return async (request) => {
    const claim = readClaim(request);
    if (claim === undefined) return {};
    if (identity.lendsKeys !== true) refuseSessionToken(request);
    if (claim.version === 2) return await authenticateV2(request, claim);
    checkTime(claim, now().getTime());
    const caller = await owner(request, claim);
    const key = keys(caller.secretAccessKey, claim.scope);
    checkSignature(request, claim, key);
    const { payloadHash, timestamp, scope, signature: seed } = claim;
    return { caller, payloadHash, chain: { key, timestamp, scope, seed } };
  };

  async function authenticateV2(request: ServiceRequest, claim: SigV2Claim): Promise<Authentication> {
    checkTimeV2(request, claim, now().getTime());
    const caller = await owner(request, claim);
    checkSignatureV2(request, claim, caller.secretAccessKey);
    return { caller };
  }

  async function owner(request: ServiceRequest, claim: SigV4Claim | SigV2Claim): Promise<KeyOwner> {
    const found = await identity.findKey(claim.accessKeyId);
    if (found === undefined) throw new S3Error("InvalidAccessKeyId");
    if (identity.lendsKeys === true && found.sessionToken !== sessionTokenOf(request))
      throw new S3Error("InvalidTokenId");
    return found;
  }
}

/** RGW takes a session token for one of its own STS and fails to decode any other, such as a pasted OIDC token. */
function refuseSessionToken(request: ServiceRequest): void {
  if (sessionTokenOf(request) === undefined) return;
  throw new S3Error("InvalidArgument", "The session token is not one of this store. EC2 keys of Keystone have none.");
}

const sessionTokenOf = ({ headers, query }: ServiceRequest): string | undefined =>
  headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined;
