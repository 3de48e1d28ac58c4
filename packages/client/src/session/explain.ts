import { KeystoneError } from "../keystone/errors.ts";
import type { Project } from "../keystone/projects.ts";
import { OidcError } from "../oidc/errors.ts";
import { type Person, readUserinfo, userinfoRequest } from "../oidc/userinfo.ts";
import type { Secret } from "../secret.ts";
import { type AccessToken, accessToken, discover, signalOf, tokenRefused } from "./access-token.ts";
import { type Chain, connectCommand } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import { missingMembership } from "./membership.ts";
import { howToGetOne } from "./pasted-token.ts";
import { keystoneOf, type Profile } from "./profile.ts";
import { notMine } from "./project.ts";

/** What the issuer says about whoever a token belongs to. */
export async function askUserinfo(chain: Chain, token: Secret): Promise<Person> {
  const issuer = await discover(chain);
  return readUserinfo(await chain.http.send(userinfoRequest(issuer.userinfoEndpoint, token), signalOf(chain)));
}

/** Undefined when the issuer does not accept the token either. */
export const askIfAccepted = (chain: Chain, token: Secret): Promise<Person | undefined> =>
  askUserinfo(chain, token).catch((reason: unknown) => {
    if (reason instanceof OidcError) return undefined;
    throw reason;
  });

/** Why a federated login was refused. Asks the issuer, since Keystone says the same words whatever the reason. */
export async function explainLogin(chain: Chain, access: AccessToken, error: unknown): Promise<unknown> {
  if (!(error instanceof KeystoneError)) return error;
  const { profile } = chain;
  const { site } = profile;
  const keystone = keystoneOf(profile);
  const evidence = withRequestId(error);
  switch (error.code) {
    case "KEYSTONE_ACCESS_TOKEN_REFUSED":
      return explainRefusedToken(chain, access, error);
    case "KEYSTONE_UNAUTHORIZED":
      if (/unsupported method/i.test(error.message)) return wrongProtocol(profile, error);
      return explainMembership(chain, access.token, error);
    case "KEYSTONE_NOT_FOUND":
      return chainFailure(
        "KEYSTONE_UNKNOWN_PROVIDER",
        `${site} does not know the identity provider ${keystone.identityProvider}`,
        {
          ...evidence,
          cure: [
            "Ask the site what it calls EGI Check-in, then:",
            connectCommand(profile, " --identity-provider NAME"),
          ],
        },
      );
    default:
      return keystoneInWords(profile, error);
  }
}

function wrongProtocol(profile: Profile, error: KeystoneError): Error {
  const { protocol } = keystoneOf(profile);
  return chainFailure("KEYSTONE_WRONG_PROTOCOL", `${profile.site} does not know the protocol "${protocol}"`, {
    ...withRequestId(error),
    cure: [
      "Sites call it openid or oidc:",
      connectCommand(profile, ` --protocol ${protocol === "openid" ? "oidc" : "openid"}`),
    ],
  });
}

/** Keystone failures that mean the same at every link. */
export function keystoneInWords(profile: Profile, error: KeystoneError): Error {
  const evidence = withRequestId(error);
  const { site, name } = profile;
  switch (error.code) {
    case "KEYSTONE_NO_SUCH_URL":
    case "KEYSTONE_BAD_RESPONSE":
      return notKeystone(profile, evidence);
    case "KEYSTONE_UNAVAILABLE":
      return keystoneInTrouble(profile, error.status, evidence);
    case "KEYSTONE_FORBIDDEN":
      return chainFailure("KEYS_FORBIDDEN", `${site} does not let you do this: ${error.message}`, {
        ...evidence,
        cure: [`See what you may do: fedbucket status --profile ${name}`],
      });
    default:
      return chainFailure("KEYSTONE_FAILED", `Keystone of ${site} refused: ${error.message}`, {
        ...evidence,
        cure: [`Find the broken link: fedbucket doctor ${name}`],
      });
  }
}

export const notKeystone = (profile: Profile, evidence: { requestId?: string } = {}): Error =>
  chainFailure("KEYSTONE_WRONG_ADDRESS", `what answers at ${keystoneOf(profile).url} is not Keystone's version 3 API`, {
    ...evidence,
    cure: [
      "A proxy or a login page of the network may be answering in its place: open the address in a browser.",
      "Else the address is wrong:",
      connectCommand(profile, " --site https://keystone.example.org:5000/v3"),
    ],
  });

export const keystoneInTrouble = (
  profile: Profile,
  status: number | undefined,
  evidence: { requestId?: string } = {},
): Error =>
  chainFailure("KEYSTONE_TROUBLE", `Keystone of ${profile.site} is in trouble (status ${status})`, {
    ...evidence,
    cure: ["Try again later:", connectCommand(profile)],
  });

/** Protocol errors that no link explained better; everything else is returned as it is. */
export function inWords(profile: Profile, error: unknown): unknown {
  if (error instanceof KeystoneError) return keystoneInWords(profile, error);
  return error instanceof OidcError ? oidcInWords(profile, error) : error;
}

function oidcInWords(profile: Profile, error: OidcError): Error {
  const evidence = { cause: error, cure: howToGetOne(profile) };
  const { issuer, clientId } = profile;
  switch (error.code) {
    case "OIDC_TOKEN_REFUSED":
      return chainFailure("TOKEN_REFUSED", `${issuer} does not accept this access token`, evidence);
    case "OIDC_GRANT_REFUSED":
      return chainFailure("LOGIN_EXPIRED", "the refresh token is expired, revoked, or another client's", evidence);
    case "OIDC_CLIENT_REFUSED":
    case "OIDC_SCOPE_REFUSED":
      return chainFailure(
        "LOGIN_CLIENT_REFUSED",
        `${issuer} refuses the client ${clientId ?? "given"} (${error.message})`,
        {
          cause: error,
          cure: howToGetOne(profile, { byHand: true }),
        },
      );
    default:
      return chainFailure("ISSUER_BROKEN", error.message, {
        cause: error,
        cure: [`Find the broken link: fedbucket doctor ${profile.name}`],
      });
  }
}

/** The issuer decides whose fault it is: a token that it takes is good, so the site should take it as well. */
async function explainRefusedToken(chain: Chain, access: AccessToken, error: KeystoneError): Promise<unknown> {
  const { profile } = chain;
  const person = await askIfAccepted(chain, access.token);
  if (person === undefined) return tokenRefused(profile, access.source, withRequestId(error));
  return chainFailure("KEYSTONE_REFUSES_TOKEN", `${profile.issuer} accepts your token, but ${profile.site} does not`, {
    ...withRequestId(error),
    cure: [
      "The site may not trust this issuer or not reach it. Tell its support, with the time and the request id.",
      `fedbucket doctor ${profile.name}`,
    ],
  });
}

/** The token is good, the site's mapping gives the person no group: nearly always a matter of membership. */
async function explainMembership(chain: Chain, token: Secret, error: KeystoneError): Promise<unknown> {
  const person = await askIfAccepted(chain, token);
  const missing = person === undefined ? undefined : missingMembership(chain.profile, person, withRequestId(error));
  if (missing !== undefined) return missing;
  return chainFailure(
    "KEYSTONE_MAPPING_REFUSES",
    `${chain.profile.site} knows who you are but lets you into no group`,
    {
      ...withRequestId(error),
      cure: [
        "If your membership is new, sign in again so that the site sees it:",
        `fedbucket logout --profile ${chain.profile.name} && ${connectCommand(chain.profile)}`,
      ],
    },
  );
}

/** A login that succeeds and shows no project. */
export async function explainNoProjects(chain: Chain): Promise<unknown> {
  const { profile } = chain;
  const { token } = await accessToken(chain);
  const person = await askIfAccepted(chain, token);
  const missing = person === undefined ? undefined : missingMembership(profile, person);
  if (missing !== undefined) return missing;
  return chainFailure("KEYSTONE_NO_PROJECTS", `${profile.site} lets you in but gives you no project`, {
    cure: [
      `Ask the site's support whether ${profile.vo ?? "your VO"} has a project there.`,
      `fedbucket token list-vos --profile ${profile.name}`,
    ],
  });
}

/** Scoping says 401 for a project without a role and for one that does not exist; the list tells. */
export async function explainProject(
  chain: Chain,
  error: unknown,
  project: { id: string; name: string },
  list: () => Promise<Project[]>,
): Promise<unknown> {
  if (!(error instanceof KeystoneError)) return error;
  if (error.code !== "KEYSTONE_UNAUTHORIZED") return keystoneInWords(chain.profile, error);
  const mine = await list();
  return mine.some(({ id }) => id === project.id)
    ? noRole(chain.profile, project.name, error)
    : notMine(chain.profile, chain.profile.project ?? project.name, mine);
}

const noRole = ({ site, name }: Profile, project: string, error: KeystoneError): Error =>
  chainFailure("PROJECT_NO_ROLE", `${site} lists the project ${project} as yours but lets you do nothing in it`, {
    ...withRequestId(error),
    cure: [
      "Ask the site's support for a role in it; or choose another:",
      `fedbucket keystone projects --profile ${name}`,
    ],
  });

const withRequestId = (error: KeystoneError): { cause: unknown; requestId?: string } =>
  error.requestId === undefined ? { cause: error } : { cause: error, requestId: error.requestId };
