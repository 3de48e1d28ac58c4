import { parseJson, readText } from "../body.ts";
import type { HttpRequest } from "../http.ts";
import { signalOf } from "./access-token.ts";
import { type Chain, connectCommand } from "./chain.ts";
import { s3EndpointIn } from "./endpoint.ts";
import { keystoneInTrouble, notKeystone } from "./explain.ts";
import { chainFailure } from "./failures.ts";
import { listKeys, mask } from "./keys-link.ts";
import { projectAccess } from "./keystone-link.ts";
import { keystoneOf } from "./profile.ts";
import { prover } from "./prove.ts";
import { refusedByStore } from "./refused-keys.ts";
import type { Keys } from "./state.ts";
import { notS3, storeBusy } from "./store-words.ts";
import { proveStsKeys, stsKeys } from "./sts-link.ts";

/** S3 refuses requests of a clock that is 15 minutes off; tokens are judged more strictly. */
const mostSkewMs = 5 * 60_000;

/** Compares this machine's clock with the servers'. fedbucket itself goes by theirs; other tools do not. */
export function checkClock({ http, clock }: Chain): string {
  const offMs = clock().getTime() - http.now().getTime();
  const minutes = Math.round(Math.abs(offMs) / 60_000);
  if (Math.abs(offMs) <= mostSkewMs) return minutes === 0 ? "right" : `${minutes} min off`;
  const message = `this machine's clock is ${minutes} minutes ${offMs > 0 ? "fast" : "slow"}`;
  throw chainFailure("CLOCK_SKEW", message, {
    cure: [
      "fedbucket makes up for it, aws and boto3 do not: S3 refuses what they sign.",
      "Have the clock set: sudo timedatectl set-ntp true",
    ],
  });
}

/** @see Identity API v3, "Show v3 API details" */
export async function askKeystoneVersion(chain: Chain): Promise<string> {
  const { url } = keystoneOf(chain.profile);
  const { status, text } = await get(chain, { method: "GET", url, headers: { accept: "application/json" } });
  const { version } = (parseJson(text) ?? {}) as { version?: { id?: unknown } };
  if (typeof version?.id === "string") return `${url} answers (${version.id})`;
  if (status >= 500) throw keystoneInTrouble(chain.profile, status);
  throw notKeystone(chain.profile);
}

/** Whether the store lends keys to the person. Those in use stay in use when they are ones that the person made. */
export async function lendAnew(chain: Chain): Promise<Keys> {
  const { keys } = chain.state;
  const lent = await stsKeys(chain);
  if (keys?.imported === true) chain.update({ keys });
  return lent;
}

/** Keys of a store that lends them itself. */
export const refusedBySts = ({ profile, state }: Chain, cause: unknown): Error =>
  chainFailure(
    "KEYS_DELETED",
    `${profile.site} does not know the keys ${mask(state.keys?.accessKeyId ?? "")} any more`,
    {
      cause,
      cure: ["Others are lent, unless you made them in its console:", connectCommand(profile)],
    },
  );

/** What nobody signed. Swift's s3api knows a request of S3 by this header alone, and answers a web page without it. */
const signedByNobody = { authorization: "AWS nobody:nothing" };

/** Whether S3 is spoken there at all: its refusals are XML. Some sites have only Swift. */
export async function askStore(chain: Chain): Promise<string> {
  const { profile } = chain;
  const url = profile.sts?.url ?? s3UrlIn(chain);
  const { status, text, headers } = await get(chain, { method: "GET", url: `${url}/`, headers: signedByNobody });
  if (/^\s*<(\?xml|Error|ListAllMyBucketsResult)/.test(text)) return `S3 answers at ${url}`;
  if (status >= 500) throw storeBusy(profile, status);
  const isPage = /html/i.test(headers["content-type"] ?? "") || /<html/i.test(text);
  throw notS3(profile, url, isPage ? `a web page (status ${status})` : `status ${status}`);
}

function s3UrlIn({ profile, state }: Chain): string {
  if (state.endpoint !== undefined) return s3EndpointIn(profile, state.endpoint).url;
  throw chainFailure("ENDPOINT_MISSING", `no object store of ${profile.site} is known`, {
    cure: [connectCommand(profile)],
  });
}

/** One signed request with the keys of this machine. @returns how many containers there are, where the keys may list them */
export async function proveKeys(chain: Chain): Promise<number | undefined> {
  const { keys } = chain.state;
  if (keys === undefined) {
    throw chainFailure("KEYS_NONE", `there are no keys for ${chain.profile.name} on this machine`, {
      cure: [connectCommand(chain.profile)],
    });
  }
  return chain.profile.sts === undefined ? prover(chain)(keys) : proveStsKeys(chain, keys);
}

/** @throws Failure `KEYS_OTHER_PROJECT` where the profile is for another project than the keys are */
export function checkProject({ profile, state: { keys, project } }: Chain): void {
  if (keys?.projectId === undefined || project === undefined || keys.projectId === project.id) return;
  const message = `the keys ${mask(keys.accessKeyId)} are of the project ${keys.projectId}, and ${profile.name} is for ${project.name}`;
  throw chainFailure("KEYS_OTHER_PROJECT", message, {
    cure: [`Keys of ${project.name} are found or made:`, connectCommand(profile)],
  });
}

/** Keystone tells keys that were deleted from those that died with a membership. */
export async function whyRefused(chain: Chain): Promise<Error> {
  const { keys } = chain.state;
  const access = await projectAccess(chain).catch(() => undefined);
  const mine = access && (await listKeys(chain, access).catch(() => undefined));
  if (mine === undefined || mine.some(({ accessKeyId }) => accessKeyId === keys?.accessKeyId))
    return refusedByStore(chain, access);
  return chainFailure("KEYS_DELETED", `the keys ${mask(keys?.accessKeyId ?? "")} were deleted at the site`, {
    cure: ["Others are found or made:", connectCommand(chain.profile)],
  });
}

async function get(
  chain: Chain,
  request: HttpRequest,
): Promise<{ status: number; text: string; headers: Readonly<Record<string, string | undefined>> }> {
  const response = await chain.http.send(request, signalOf(chain));
  return { status: response.status, text: await readText(response), headers: response.headers };
}
