import { resolve } from "node:path";
import {
  chainFailure,
  claimsOf,
  Failure,
  knownIssuers,
  type Profile,
  type ProfileSettings,
  recognise,
  type Step,
  type TokenSource,
} from "@fedbucket/client";
import { checkAwsProfile, readIfThere } from "@fedbucket/client/node";
import { askingFor } from "../asking.ts";
import type { Context } from "../context.ts";
import type { ConnectOptions } from "./connect.ts";
import { moveLeftovers } from "./leftovers.ts";
import { nameFor } from "./name.ts";
import { mayCarryTokens } from "../may-carry-tokens.ts";
import { isProjectFile } from "../project-file/is-project-file.ts";
import { open, type Opened } from "../session.ts";

export interface Prepared {
  readonly opened: Opened;
  /** What was typed; it is kept in `config.toml` when it differs from a built-in profile. */
  readonly settings: ProfileSettings;
  readonly confirmedHosts: readonly string[];
}

/** Everything that can be refused before the first request is: names, hosts, other people's AWS profiles, bad tokens. */
export async function prepareConnect(
  context: Context,
  typedName: string | undefined,
  options: ConnectOptions,
  onStep: (step: Step) => void,
): Promise<Prepared> {
  const file = typedName !== undefined && isProjectFile(typedName) ? typedName : undefined;
  const shared =
    file === undefined ? undefined : await (await import("./shared-file.ts")).takeProjectFile(context, file, options);
  const settings = { ...shared?.settings, ...settingsOf(options) };
  const name = shared === undefined ? (typedName ?? (await nameFor(context, settings))) : shared.name;
  const { signIn, ...others } = askingFor(context, { browser: options.browser });
  // Whoever hands a token over means that one, and may not be there to sign in.
  const asking = options.tokenFile === undefined && signIn !== undefined ? { signIn, ...others } : others;
  const openWith = (trustedHosts: readonly string[]): Promise<Opened> =>
    open(context, {
      ...options,
      keepsRefreshToken: options.store,
      profile: name,
      settings,
      asking,
      onStep,
      trustedHosts,
    });
  const { trustHost = [] } = options;
  const first = await openWith(trustHost);
  for (const note of first.profile.notes) context.stderr.write(`note: ${note}\n`);
  await moveLeftovers(context, [name], options.moveLeftovers);
  await checkAwsProfile(context.env, name);
  const confirmedHosts = [...trustHost, ...(await confirmHosts(context, first, file))];
  const opened = confirmedHosts.length > trustHost.length ? await openWith(confirmedHosts) : first;
  if (!options.store) await opened.session.forgetRefreshToken();
  await useTokenInHand(context, opened, options);
  return { opened, settings, confirmedHosts };
}

function settingsOf(options: ConnectOptions): ProfileSettings {
  const { site, sts, roleArn, vo, project, region, issuer, clientId, identityProvider, protocol } = options;
  const { membershipRenewAfter } = options;
  const named = { site, sts, roleArn, vo, project, region, issuer, clientId, identityProvider, protocol };
  const typed = { ...named, membershipRenewAfter };
  return Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined));
}

/** Asks about hosts that are neither shipped nor confirmed before. */
async function confirmHosts(
  context: Context,
  { profile, isTrusted }: Opened,
  file: string | undefined,
): Promise<string[]> {
  const confirmed: string[] = [];
  for (const url of [keyGiver(profile), profile.issuer]) {
    const { host } = new URL(url);
    if (isTrusted(url) || confirmed.includes(host)) continue;
    const agreed =
      mayCarryTokens(url) &&
      context.prompt !== undefined &&
      (await context.prompt.confirm(
        `${host} is not a site fedbucket knows${file === undefined ? "" : `, and ${file} names it`}. Send it your access token?`,
      ));
    if (!agreed) throw untrusted(profile, url, file);
    confirmed.push(host);
  }
  return confirmed;
}

/** Where an access token is sent in exchange for keys. */
const keyGiver = ({ keystone, sts }: Profile): string => (keystone ?? sts)?.url ?? "";

function untrusted(profile: Profile, url: string, file: string | undefined): Failure {
  const { name, issuer, sts } = profile;
  const { host } = new URL(url);
  if (!mayCarryTokens(url)) {
    return chainFailure("UNTRUSTED_HOST", `${host} is not encrypted, so your access token is not sent to it`, {
      cure: ["Use its https:// address."],
    });
  }
  const what = url === issuer ? "an issuer" : "a site";
  const options = `--${sts === undefined ? "site" : "sts"} ${keyGiver(profile)}${issuer === knownIssuers[0] ? "" : ` --issuer ${issuer}`}`;
  const again = file === undefined ? `fedbucket connect ${name} ${options}` : `fedbucket connect ${file}`;
  return chainFailure(
    "UNTRUSTED_HOST",
    `${host} is not ${what} fedbucket knows, so your access token is not sent to it`,
    { cure: [`If you know and trust it: ${again} --trust-host ${host}`] },
  );
}

/** A token that was handed over is used first; one of another person starts a connection of that person. */
async function useTokenInHand(context: Context, opened: Opened, options: ConnectOptions): Promise<void> {
  const { session, profile, sources } = opened;
  const origin = { profile, now: context.now(), clientId: profile.clientId };
  if (options.tokenFile !== undefined) {
    const source = options.tokenFile === "-" ? "standard input" : options.tokenFile;
    const pasted = recognise(await readToken(context, options.tokenFile), { ...origin, source });
    await makeRoom(context, session, claimsOf(pasted.token).subject);
    return session.adopt(pasted, source);
  }
  for (const source of sources.filter(({ isLocal }) => isLocal)) {
    const subject = await subjectOf(source, origin);
    if (subject !== undefined) return makeRoom(context, session, subject);
  }
}

async function makeRoom(context: Context, session: Opened["session"], subject: string | undefined): Promise<void> {
  if (subject !== undefined && (await session.makeRoomFor(subject)))
    context.stderr.write(
      `note: this token belongs to somebody else; once it works, what ${session.name} remembered of the one before is forgotten\n`,
    );
}

/** Of a usable token; what is wrong with others is said when, and if, a token is needed. */
async function subjectOf(
  source: TokenSource,
  origin: Omit<Parameters<typeof recognise>[1], "source">,
): Promise<string | undefined> {
  try {
    const text = await source.read({ issuer: origin.profile.issuer, minValidSeconds: 0 });
    if (text === undefined) return undefined;
    return claimsOf(recognise(text, { ...origin, source: source.name }).token).subject;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function readToken(context: Context, file: string): Promise<string> {
  if (file !== "-") return (await readIfThere(resolve(context.cwd, file))) ?? noFile(file);
  let text = "";
  for await (const chunk of context.stdin) text += String(chunk);
  return text;
}

function noFile(file: string): never {
  throw new Failure("FILE_NOT_FOUND", "not-found", `there is no file ${file}`, { cure: ["See what is there: ls -l"] });
}
