import {
  type Asking,
  builtinProfiles,
  chainFailure,
  createHttp,
  type Http,
  knownIssuers,
  makeProfile,
  nearest,
  type Profile,
  type ProfileSettings,
  type SandboxAddresses,
  Session,
  type Site,
  sites,
  type Step,
  type TokenSource,
  type TraceEntry,
} from "@fedbucket/client";
import {
  type Config,
  connectedProfiles,
  fedbucketPaths,
  fileStateStore,
  nodeCrypto,
  nodeTransport,
  readConfig,
  readCurrentProfile,
  readSandboxAddresses,
  readSiteList,
  tokenSources,
} from "@fedbucket/client/node";
import type { Context } from "./context.ts";
import { mayCarryTokens } from "./may-carry-tokens.ts";
import { traceTo } from "./trace.ts";
import { version } from "./version.ts";
import { waitMsIn } from "./waiting.ts";

/** What the options of every command that talks to a server have in common. */
export interface OpenOptions {
  readonly profile?: string | undefined;
  /** Trace every request on stderr. */
  readonly debug?: boolean | undefined;
  /** PEM file of certificate authorities to trust besides the known ones. */
  readonly caBundle?: string | undefined;
  /** Typed settings, which win over `config.toml` and the built-in profiles. With them a profile may be new. */
  readonly settings?: ProfileSettings;
  /** Hosts that the person confirmed just now. */
  readonly trustedHosts?: readonly string[];
  /** Without it nobody is asked anything. */
  readonly asking?: Asking;
  readonly onStep?: (step: Step) => void;
  /** False: no refresh token stays on this machine. Default true. */
  readonly keepsRefreshToken?: boolean;
  /** Ends requests sooner than Ctrl-C would. */
  readonly signal?: AbortSignal;
  /** Told of every answer of a server. */
  readonly onAnswer?: (entry: TraceEntry) => void;
}

/** Everything a command may want to know about the connection it opened. */
export interface Opened {
  readonly session: Session;
  readonly profile: Profile;
  readonly config: Config;
  /** Where the person may have a token besides our own login, best first. */
  readonly sources: readonly TokenSource[];
  /** Whether an access token may be sent to this URL's host. */
  readonly isTrusted: (url: string) => boolean;
}

/**
 * The connection a command works on: the named profile, else `FEDBUCKET_PROFILE`, else the one connected last.
 * Makes no request.
 *
 * @throws Failure `PROFILE_UNKNOWN`, `PROFILE_NOT_CHOSEN`, `SANDBOX_NOT_RUNNING`, or what reading config and state may
 * throw.
 */
export async function openSession(context: Context, options: OpenOptions = {}): Promise<Session> {
  return (await open(context, options)).session;
}

/** As {@link openSession}, with what was found on the way. */
export async function open(context: Context, options: OpenOptions = {}): Promise<Opened> {
  const paths = fedbucketPaths(context.env);
  const config = await readConfig(paths.config);
  const name = await profileName(context, options.profile);
  const sandbox = await readSandboxAddresses(paths.state);
  const { sites: known } = await readSiteList(paths.cache);
  const profile = await findProfile(context, { name, config, sandbox, known, typed: options.settings });
  const isTrusted = trusts([...config.trustedHosts, ...(options.trustedHosts ?? [])], sandbox);
  const sources = tokenSources({
    env: context.env,
    stateFolder: paths.state,
    httpFor: (origin) => openHttp(context, options, (url) => new URL(url).origin === origin),
  });
  const session = new Session({
    profile,
    http: openHttp(context, options, isTrusted),
    crypto: nodeCrypto(),
    store: fileStateStore(paths.state, name, waitMsIn(context.env)),
    sources,
    signal: options.signal ?? context.signal,
    clock: context.now,
    keepsRefreshToken: options.keepsRefreshToken ?? true,
    ...(options.asking === undefined ? {} : { asking: options.asking }),
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
  });
  return { session, profile, config, sources, isTrusted };
}

function openHttp(
  context: Context,
  { debug, caBundle, onAnswer }: OpenOptions,
  isTrusted: (url: string) => boolean,
): Http {
  const userAgent = `fedbucket/${version}`;
  const isDebug = debug ?? isSet(context.env["FEDBUCKET_DEBUG"]);
  const traces = [onAnswer, isDebug ? traceTo(context.stderr) : undefined].filter((trace) => trace !== undefined);
  return createHttp({
    transport: nodeTransport({ env: context.env, caBundle: caBundle ?? context.env["FEDBUCKET_CA_BUNDLE"], userAgent }),
    now: context.now,
    mayReceiveBearer: isTrusted,
    ...(traces.length === 0 ? {} : { trace: (entry) => traces.forEach((trace) => trace(entry)) }),
  });
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "" && value !== "0";

/** The name to work with, without looking whether there is such a profile. */
export async function profileName(context: Context, typed: string | undefined): Promise<string> {
  const named = typed ?? (context.env["FEDBUCKET_PROFILE"] || undefined);
  const name = named ?? (await readCurrentProfile(fedbucketPaths(context.env).state));
  if (name !== undefined) return name;
  throw chainFailure("PROFILE_NOT_CHOSEN", "nothing is connected yet", {
    cure: [
      "fedbucket connect pangeo      # EGI Check-in, vo.pangeo.eu",
      "fedbucket connect sandbox     # after: fedbucket sandbox up --detach",
    ],
  });
}

interface Wanted {
  readonly name: string;
  readonly config: Config;
  readonly sandbox: SandboxAddresses | undefined;
  readonly known: readonly Site[];
  readonly typed: ProfileSettings | undefined;
}

async function findProfile(context: Context, wanted: Wanted): Promise<Profile> {
  const { name, config, sandbox, known, typed = {} } = wanted;
  const settings = { ...builtinProfiles[name], ...config.profiles[name], ...clientIdOf(context), ...typed };
  if (settings.site === undefined && settings.sts === undefined && settings.vo === undefined)
    throw await unknownProfile(context, name, config);
  if ([settings.site, settings.sts].includes("sandbox") && sandbox === undefined) {
    throw chainFailure("SANDBOX_NOT_RUNNING", "no sandbox is running on this machine", {
      cure: [`fedbucket sandbox up --detach && fedbucket connect ${name}`],
    });
  }
  return makeProfile(name, settings, sandbox, known);
}

const clientIdOf = ({ env }: Context): ProfileSettings =>
  env["FEDBUCKET_CLIENT_ID"] ? { clientId: env["FEDBUCKET_CLIENT_ID"] } : {};

async function unknownProfile(context: Context, name: string, config: Config): Promise<Error> {
  const connected = await connectedProfiles(fedbucketPaths(context.env).state);
  const names = [...new Set([...Object.keys(builtinProfiles), ...Object.keys(config.profiles), ...connected])];
  const meant = nearest(name, names);
  return chainFailure("PROFILE_UNKNOWN", `there is no profile called ${name}`, {
    cure: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      `Profiles: ${names.join(", ")}`,
      `A new one needs a site or a VO: fedbucket connect ${name} --site SITE --vo VO`,
    ],
  });
}

const originOf = (url: string): string => new URL(url).origin;

/** Shipped hosts, the sandbox's own, and those the person confirmed. */
function trusts(confirmed: readonly string[], sandbox: SandboxAddresses | undefined): (url: string) => boolean {
  const stores = Object.values(builtinProfiles).flatMap(({ sts = "sandbox" }) => (sts === "sandbox" ? [] : [sts]));
  const shipped = (): string[] => [...sites.map(({ keystone }) => keystone), ...stores, ...knownIssuers].map(originOf);
  const ofSandbox = [sandbox?.issuer, sandbox?.authUrl, sandbox?.minio?.url];
  const local = ofSandbox.filter((url) => url !== undefined).map(originOf);
  return (url) => {
    const { origin, host, hostname } = new URL(url);
    if (local.includes(origin) || shipped().includes(origin)) return true;
    return mayCarryTokens(url) && (confirmed.includes(host) || confirmed.includes(hostname));
  };
}
