import { StsError } from "../sts/errors.ts";
import type { AccessToken } from "./access-token.ts";
import { type Chain, connectCommand } from "./chain.ts";
import { askIfAccepted } from "./explain.ts";
import { chainFailure } from "./failures.ts";
import { missingMembership } from "./membership.ts";
import { howToGetOne } from "./pasted-token.ts";
import { stsOf } from "./profile.ts";
import { storeBusy } from "./store-words.ts";
import { clientOf } from "./sts-role.ts";

/** MinIO says `InvalidParameterValue` for nearly everything; what is wrong stands in its message. */
const wrongClient = /`?(aud|azp)`? claim invalid|^role \S+ does not exist|error processing rolearn/i;
const noPolicy = /none of the given policies|claim missing from the jwt|policy .*not (found|defined)/i;
const badToken = /token (is )?expired|number of segments|JSON input|verification error|no public key|invalid kid|401/i;

/** Whether another access token may do. */
export const isTokenRefusal = (error: unknown): boolean =>
  error instanceof StsError &&
  (/^(ExpiredToken|InvalidIdentityToken)/.test(error.code) || badToken.test(error.message));

/** Whether the store takes no tokens of this client, or none in this role. */
export const isClientRefusal = (error: unknown): boolean =>
  error instanceof StsError && wrongClient.test(error.message);

/**
 * Why a store lends this person no keys.
 *
 * @see minio/internal/config/identity/openid/jwt.go, `Validate`
 */
export async function explainSts(chain: Chain, access: AccessToken, error: unknown): Promise<unknown> {
  if (!(error instanceof StsError)) return error;
  const { profile } = chain;
  const evidence = { cause: error, ...(error.requestId === undefined ? {} : { requestId: error.requestId }) };
  if (isTokenRefusal(error)) {
    return chainFailure(
      "TOKEN_REFUSED",
      `${profile.site} refuses the access token (${access.source}): ${said(error)}`,
      {
        ...evidence,
        cure: howToGetOne(profile),
      },
    );
  }
  if (isClientRefusal(error))
    return access.idToken === undefined ? needsIdToken(chain, access, error) : refusesClient(chain, access, error);
  if (noPolicy.test(error.message)) {
    const person = await askIfAccepted(chain, access.token);
    const missing = person === undefined ? undefined : missingMembership(profile, person, evidence);
    return (
      missing ??
      chainFailure("STS_NO_POLICY", `${profile.site} has no policy for any of your groups`, {
        ...evidence,
        cure: ["Ask its operator for one; your groups are:", `fedbucket token list-vos --profile ${profile.name}`],
      })
    );
  }
  if (error.status >= 500) return storeBusy(profile, error.status, evidence);
  if (error.code.startsWith("HTTP ")) {
    return chainFailure(
      "STS_NOT_THERE",
      `what answers at ${stsOf(profile).url} lends no keys (status ${error.status})`,
      {
        ...evidence,
        cure: [
          "The address must be that of the S3 API, not of the console; a proxy may answer in its place. Try each link:",
          `fedbucket doctor ${profile.name}`,
        ],
      },
    );
  }
  return chainFailure("STS_FAILED", `${profile.site} lends no keys: ${said(error)}`, {
    ...evidence,
    cure: [`Find the broken link: fedbucket doctor ${profile.name}`],
  });
}

/** Check-in's access tokens have no `aud` at all, its ID tokens have: that of the client which signed in. */
function needsIdToken({ profile }: Chain, { source }: AccessToken, error: StsError): Error {
  const message = `${profile.site} needs an ID token, and the token that is used (${source}) is an access token alone`;
  return chainFailure("STS_NEEDS_ID_TOKEN", message, {
    cause: error,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    cure: [
      "Signing in here gives one; or an access key made in the store's console does: fedbucket keys import",
      profile.clientId === undefined
        ? connectCommand(profile, " --client-id ID")
        : `fedbucket login ${profile.name} && ${connectCommand(profile)}`,
    ],
  });
}

/** Nothing the person can do at the store's side, so it says word by word what its operator can. */
function refusesClient(chain: Chain, access: AccessToken, error: StsError): Error {
  const { profile } = chain;
  const client = clientOf(chain, access) ?? "unknown";
  const setting = (name: string, value: string): string => `  MINIO_IDENTITY_OPENID_${name}_FEDBUCKET=${value}`;
  const { roleArn } = stsOf(profile);
  return chainFailure(
    "STS_REFUSES_CLIENT",
    `${profile.site} takes only tokens of its own OpenID client, and yours is one of the client "${client}"${
      roleArn === undefined ? "" : `, for which it has no role ${roleArn}`
    }`,
    {
      cause: error,
      ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
      cure: [
        "Its operator can let that client in, as a second provider with a policy of its own:",
        setting("CONFIG_URL", `${profile.issuer}/.well-known/openid-configuration`),
        setting("CLIENT_ID", client),
        setting("CLAIM_USERINFO", "on"),
        setting("ROLE_POLICY", "NAME_OF_A_POLICY"),
        `Then: ${connectCommand(profile)}`,
        "Until then, make an access key in the store's console and hand it over:",
        `fedbucket keys import --profile ${profile.name}`,
      ],
    },
  );
}

const said = ({ code, message }: StsError): string => (message === "" ? code : message);
