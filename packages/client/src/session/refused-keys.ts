import { keptProjectsRequest, readProjects } from "../keystone/projects.ts";
import { signalOf } from "./access-token.ts";
import { type Chain, connectCommand } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import { logIn, type ProjectAccess } from "./keystone-link.ts";
import { keystoneOf } from "./profile.ts";

/**
 * Why a store refuses keys that Keystone lists. A store checks a signature at Keystone, which answers a service only, and
 * only for somebody in whose project it keeps a role; stores pass on neither reason.
 *
 * @see OSSA-2025-002, and Keystone's keystone/api/_shared/EC2_S3_Resource.py
 */
export async function refusedByStore(chain: Chain, access: ProjectAccess | undefined): Promise<Error> {
  if (access === undefined) return mayPass(chain);
  const isKept = await isMembershipKept(chain, access);
  if (isKept === false)
    return hasJustLoggedIn(chain) || (await isKeptAfterLogin(chain, access)) === false
      ? notKept(chain)
      : mayPass(chain);
  const worked = chain.state.keys?.provenAt !== undefined;
  return isKept === undefined || worked ? mayPass(chain) : notChecked(chain);
}

const hasJustLoggedIn = ({ state, clock }: Chain): boolean =>
  clock().getTime() - Date.parse(state.federated?.loggedInAt ?? "") < 60_000;

/** A membership that only ran out is back with the next login. */
const isKeptAfterLogin = (chain: Chain, access: ProjectAccess): Promise<boolean | undefined> =>
  logIn(chain).then(
    () => isMembershipKept(chain, access),
    () => undefined,
  );

/** Undefined where Keystone does not tell. */
async function isMembershipKept(chain: Chain, { token, userId, project }: ProjectAccess): Promise<boolean | undefined> {
  try {
    const request = keptProjectsRequest(keystoneOf(chain.profile).url, token, userId);
    const kept = await readProjects(await chain.http.send(request, signalOf(chain)));
    return kept.some(({ id }) => id === project.id);
  } catch {
    chain.signal?.throwIfAborted();
    return undefined;
  }
}

const withoutKeys = ({ profile }: Chain): string =>
  `Swift needs no keys: fedbucket ls --via swift --profile ${profile.name}`;

const forOperators =
  "the store must sign in to Keystone with a user that has the role `service` (OSSA-2025-002); Keystone 30 also wants `ec2credential` among `[auth] methods`.";

function notKept(chain: Chain): Error {
  const { profile } = chain;
  const { site } = profile;
  return chainFailure(
    "KEYS_MEMBERSHIP_NOT_KEPT",
    `Keystone of ${site} makes keys for you, but does not keep the membership they depend on: the object store refuses them`,
    {
      cure: [
        `Only the operator of ${site} can change that. Tell its support: the identity provider ${keystoneOf(profile).identityProvider} needs \`authorization_ttl\`. Then:`,
        connectCommand(profile),
        withoutKeys(chain),
      ],
    },
  );
}

function notChecked(chain: Chain): Error {
  const { profile } = chain;
  const { site } = profile;
  return chainFailure(
    "KEYS_NOT_CHECKED",
    `Keystone of ${site} stands by your keys and your membership, but its object store refuses the keys: it seems that Keystone does not check signatures for it`,
    {
      cure: [
        `Only the operator of ${site} can change that. Tell its support: ${forOperators}`,
        "Where you come back after hours away, the store may see it up to 10 minutes late; then try again:",
        connectCommand(profile),
        withoutKeys(chain),
      ],
    },
  );
}

function mayPass(chain: Chain): Error {
  const { profile } = chain;
  const { site } = profile;
  return chainFailure("KEYS_REFUSED", `Keystone lists your keys, but the object store of ${site} refuses them`, {
    cure: [
      "Right after a long pause the store may need up to 10 minutes to see that you are back; then try again:",
      connectCommand(profile),
      `If it stays so, tell the support of ${site}: ${forOperators}`,
      withoutKeys(chain),
    ],
  });
}
