import type { FederationEndpoint } from "../keystone/federation.ts";
import { renamedProject, renamedVo } from "../sites/aliases.ts";
import { tokenPortal } from "../sites/enrolment.ts";
import { type Site, sites } from "../sites/registry.ts";
import { parseDuration } from "../duration.ts";
import { chainFailure } from "./failures.ts";
import { usualRenewAfterSeconds } from "./renewal.ts";
import { resolveSite, today } from "./resolve-site.ts";

/** What a person chose or typed; everything left out is found. */
export interface ProfileSettings {
  /** A name of the registry, or a Keystone URL. */
  readonly site?: string;
  /** Address of a store that lends keys itself, against an access token: MinIO. It has no Keystone. */
  readonly sts?: string;
  /** The role to take there; without one the store goes by the groups in the token. */
  readonly roleArn?: string;
  readonly vo?: string;
  /** Id or name. */
  readonly project?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly identityProvider?: string;
  readonly protocol?: string;
  /** The catalog's region, where a site has several object stores; the signing region of an STS store. */
  readonly region?: string;
  /** How old the last federated login may get before it is made anew: `30m`, `90s`. */
  readonly membershipRenewAfter?: string;
  /** The bucket that people of a project are to use, and the part of it, as in `group-a/`. */
  readonly bucket?: string;
  readonly prefix?: string;
}

/** A named connection with everything that must be known before the first request. */
export interface Profile {
  readonly name: string;
  /** For people: a registry name, `sandbox`, or the host of the Keystone or STS. */
  readonly site: string;
  readonly issuer: string;
  /** Where keys come from: this, or {@link Profile.sts}. See {@link keystoneOf}. */
  readonly keystone?: FederationEndpoint;
  readonly sts?: StsStore;
  /** Whether the site says which protocol it has; else the other one is tried too. */
  readonly protocolKnown: boolean;
  readonly vo?: string;
  /** Id or name, when one was asked for. */
  readonly project?: string;
  /** Taken when there are several and none was asked for. */
  readonly preferredProjectId?: string;
  readonly clientId?: string;
  readonly portalUrl: string;
  readonly region?: string;
  /** How old the last federated login may get before it is made anew. */
  readonly membershipRenewAfterSeconds: number;
  /** What examples and snippets are about. */
  readonly bucket?: string;
  readonly prefix?: string;
  /** What was renamed on the way, one sentence each. */
  readonly notes: readonly string[];
}

/** An S3 store that lends keys against an access token. */
export interface StsStore {
  /** Origin, without a slash at its end. */
  readonly url: string;
  readonly roleArn?: string;
  /** Of signatures. */
  readonly region: string;
}

/** The running sandbox, as it publishes itself. */
export interface SandboxAddresses {
  readonly issuer: string;
  readonly authUrl: string;
  readonly identityProvider: string;
  readonly protocol: string;
  readonly projectId: string;
  readonly vo?: string;
  readonly clientId?: string;
  /** Its second store; an older sandbox has none. */
  readonly minio?: { readonly url: string; readonly roleArn: string };
}

const egiIssuer = "https://aai.egi.eu/auth/realms/egi";

/** Issuers an access token may be sent to without asking: Check-in's three instances. */
export const knownIssuers: readonly string[] = [
  egiIssuer,
  "https://aai-demo.egi.eu/auth/realms/egi",
  "https://aai-dev.egi.eu/auth/realms/egi",
];

/** Profiles that need no configuration. Those at `sandbox` take their addresses from the one that runs. */
export const builtinProfiles: Readonly<Record<string, ProfileSettings>> = {
  sandbox: { site: "sandbox" },
  "sandbox-minio": { site: "sandbox", sts: "sandbox" },
  pangeo: { site: "CESNET-MCCG2", vo: "vo.pangeo.eu" },
  "pangeo-swift": { site: "CESNET-MCCG2", vo: "vo.pangeo.eu", project: "vo.pangeo.eu-swift" },
  "pangeo-escience": { site: "CESNET-MCCG2", vo: "vo.pangeo.eu", project: "vo.pangeo.eu-escience" },
  "pangeo-minio": { sts: "https://pangeo-eosc-minioapi.vm.fedcloud.eu", vo: "vo.pangeo.eu" },
};

/** `default` is the AWS tools' own; the name becomes part of file names and INI headers. */
export function checkProfileName(name: string): void {
  if (/^[A-Za-z0-9][\w.-]{0,63}$/.test(name) && name !== "default") return;
  throw chainFailure("PROFILE_BAD_NAME", `"${name}" cannot be the name of a profile`, {
    cure: [
      "Use up to 64 letters, digits, dots, hyphens or underscores, and not the word default.",
      "fedbucket connect my-cloud --site SITE --vo VO",
    ],
  });
}

/** Names of groups, with what projects and subgroups put behind them. A token pasted in their place has no place in an address. */
function checkVoName(name: string): void {
  if (/^\/?[a-z0-9][\w.:/-]{0,127}$/i.test(name) && !/^eyJ|\/\/|\/\.+(\/|$)/.test(name)) return;
  throw chainFailure("VO_BAD_NAME", `"${name}" cannot be the name of a virtual organisation`, {
    cure: ["They look like vo.pangeo.eu. Yours: fedbucket token list-vos"],
  });
}

/**
 * Makes a profile of what is known about it. Makes no request.
 *
 * @param known The sites that have names; default: those shipped.
 * @throws Failure `SITE_UNKNOWN`, `SITE_NOT_CHOSEN`, `VO_UNKNOWN`, `VO_BAD_NAME`, `ISSUER_BAD_ADDRESS`, `STS_BAD_ADDRESS`,
 * each with what was probably meant.
 */
export function makeProfile(
  name: string,
  settings: ProfileSettings,
  sandbox?: SandboxAddresses,
  known: readonly Site[] = sites,
): Profile {
  checkProfileName(name);
  if (settings.vo !== undefined) checkVoName(settings.vo);
  if (settings.issuer !== undefined) checkIssuer(name, settings.issuer);
  if (settings.sts !== undefined) return stsProfile(name, atSandbox({ ...settings, sts: settings.sts }, sandbox));
  if (settings.site === "sandbox" && sandbox !== undefined) return sandboxProfile(name, settings, sandbox);
  const notes: string[] = [];
  const vo = settings.vo === undefined ? undefined : today(renamedVo(settings.vo), settings.vo, notes);
  const site = resolveSite({ profile: name, typed: settings.site, vo, known }, notes);
  const project =
    settings.project === undefined
      ? undefined
      : today(renamedProject(site.name, settings.project), settings.project, notes);
  const { issuer = egiIssuer } = settings;
  const keystone = {
    url: site.keystone,
    identityProvider: settings.identityProvider ?? "egi.eu",
    protocol: settings.protocol ?? site.protocol ?? "openid",
  };
  return {
    name,
    site: site.name,
    issuer,
    keystone,
    protocolKnown: settings.protocol !== undefined || site.protocol !== undefined,
    portalUrl: tokenPortal(issuer),
    membershipRenewAfterSeconds: renewAfter(settings),
    notes,
    ...defined({ vo, project: projectAt(site, project, vo), ...asWritten(settings) }),
  };
}

type AsWritten = Pick<ProfileSettings, "clientId" | "region" | "bucket" | "prefix">;

const asWritten = ({ clientId, region, bucket, prefix }: Undefinable<AsWritten>): Undefinable<AsWritten> => ({
  clientId,
  region,
  bucket,
  prefix,
});

const renewAfter = ({ membershipRenewAfter: text }: ProfileSettings): number =>
  text === undefined ? usualRenewAfterSeconds : parseDuration(text);

function sandboxProfile(name: string, settings: ProfileSettings, sandbox: SandboxAddresses): Profile {
  const notes: string[] = [];
  const asked = settings.vo === undefined ? undefined : today(renamedVo(settings.vo), settings.vo, notes);
  return {
    name,
    site: "sandbox",
    issuer: sandbox.issuer,
    keystone: {
      url: sandbox.authUrl.replace(/\/+$/, ""),
      identityProvider: settings.identityProvider ?? sandbox.identityProvider,
      protocol: settings.protocol ?? sandbox.protocol,
    },
    protocolKnown: true,
    preferredProjectId: sandbox.projectId,
    portalUrl: tokenPortal(sandbox.issuer),
    membershipRenewAfterSeconds: renewAfter(settings),
    notes,
    ...defined({
      vo: asked ?? sandbox.vo,
      project: settings.project,
      ...asWritten({ ...settings, clientId: settings.clientId ?? sandbox.clientId }),
    }),
  };
}

type StsSettings = ProfileSettings & { readonly sts: string };

/** `sts = "sandbox"` with the addresses of the one that runs. */
function atSandbox(settings: StsSettings, sandbox: SandboxAddresses | undefined): StsSettings {
  if (settings.sts !== "sandbox" || sandbox?.minio === undefined) return settings;
  const { vo, clientId, issuer, minio } = sandbox;
  return { ...defined({ vo, clientId }), roleArn: minio.roleArn, ...settings, sts: minio.url, issuer };
}

/** A profile whose keys come from the store itself. */
function stsProfile(name: string, settings: StsSettings): Profile {
  const notes: string[] = [];
  const vo = settings.vo === undefined ? undefined : today(renamedVo(settings.vo), settings.vo, notes);
  const url = checkedStore(name, settings.sts);
  const { issuer = egiIssuer } = settings;
  const { region = "us-east-1", roleArn } = settings;
  return {
    name,
    site: settings.site ?? new URL(url).host,
    issuer,
    sts: { url, region, ...defined({ roleArn }) },
    protocolKnown: true,
    portalUrl: tokenPortal(issuer),
    membershipRenewAfterSeconds: renewAfter(settings),
    notes,
    ...defined({ vo, ...asWritten(settings) }),
  };
}

/**
 * The Keystone of a profile.
 *
 * @throws Failure `NO_KEYSTONE` where keys come from an STS
 */
export function keystoneOf(profile: Profile): FederationEndpoint {
  if (profile.keystone !== undefined) return profile.keystone;
  throw noKeystone(profile);
}

export const noKeystone = ({ site, name }: Profile): Error =>
  chainFailure("NO_KEYSTONE", `${site} lends keys itself: it has no Keystone, so no projects and no Swift`, {
    cure: [`See what this connection has: fedbucket status ${name}`],
  });

/** The STS of a profile that has one. */
export function stsOf({ sts, name }: Profile): StsStore {
  if (sts !== undefined) return sts;
  throw new TypeError(`the profile ${name} has no STS`);
}

/** The project asked for, by its id where the registry knows it. A VO named like `vo.pangeo.eu-swift` is a project. */
function projectAt(site: Site, project: string | undefined, vo: string | undefined): string | undefined {
  const voIsProject = vo !== undefined && /\.[a-z]+-[\w-]+$/.test(vo);
  const asked = project ?? (voIsProject ? vo : undefined);
  return site.vos.find(({ name }) => name === asked)?.projectId ?? asked;
}

/** A name and password in it would be stored with the profile. */
const isPlainAddress = (url: URL | null): boolean =>
  /^https?:$/.test(url?.protocol ?? "") && url?.username === "" && url.search === "";

function checkedStore(name: string, typed: string): string {
  const url = URL.parse(typed);
  if (url !== null && isPlainAddress(url)) return url.href.replace(/\/+$/, "");
  throw chainFailure("STS_BAD_ADDRESS", `${typed} is not the address of a store`, {
    cure: [`It is that of the S3 API, not of the console: fedbucket connect ${name} --sts https://minio.example.org`],
  });
}

function checkIssuer(name: string, typed: string): void {
  if (isPlainAddress(URL.parse(typed))) return;
  throw chainFailure("ISSUER_BAD_ADDRESS", `${typed} is not the address of an OpenID provider`, {
    cure: [`They look like that of EGI Check-in: fedbucket connect ${name} --issuer ${egiIssuer}`],
  });
}

type Undefinable<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The same record without its undefined values. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
