import { createHash } from "node:crypto";
import type { ApplicationCredential } from "./application-credentials.ts";
import { domain, type Project, region } from "./projects.ts";
import type { Ec2Credential } from "./state.ts";
import type { Token } from "./tokens.ts";

/** Where the services are, as documents and the catalog name them. */
export interface Site {
  /** Keystone's own scheme and authority, without `/v3`. */
  readonly origin: string;
  /** The Swift endpoint. */
  readonly storageUrl: string;
}

const roles = [
  { id: "982fe1d4c9a648b5b32673488bb387d0", name: "reader" },
  { id: "be30b514ffa54ce38068fe9e9a2a82f1", name: "member" },
];

/** What every mapped group has in its project. */
export const roleNames: readonly string[] = roles.map(({ name }) => name);

/** The name of a role given by name or id. */
export const findRole = (given: { readonly id?: unknown; readonly name?: unknown }): string | undefined =>
  roles.find(({ id, name }) => id === given.id || name === given.name)?.name;

/** A stable id for something that has no row: 32 hex digits. */
function idOf(...parts: readonly string[]): string {
  return createHash("md5").update(parts.join(" ")).digest("hex");
}

/** @see Identity API v3, "Show details about v3" */
export function versionDocument({ origin }: Site): Record<string, unknown> {
  return {
    id: "v3.14",
    status: "stable",
    updated: "2020-04-07T00:00:00Z",
    links: [{ rel: "self", href: `${origin}/v3/` }],
    "media-types": [{ base: "application/json", type: "application/vnd.openstack.identity-v3+json" }],
  };
}

export function catalog({ origin, storageUrl }: Site): readonly Record<string, unknown>[] {
  const service = (type: string, name: string, url: string): Record<string, unknown> => ({
    endpoints: ["internal", "admin", "public"].map((kind) => ({
      id: idOf("endpoint", type, kind),
      interface: kind,
      region_id: region,
      url,
      region,
    })),
    id: idOf("service", type),
    type,
    name,
  });
  return [service("object-store", "ceph-rgw", storageUrl), service("identity", "keystone", `${origin}/v3`)];
}

export function tokenDocument(token: Token, services: ReturnType<typeof catalog> | undefined): Record<string, unknown> {
  const { methods, user, project, delegation } = token;
  const scope = project && {
    project: { domain, id: project.id, name: project.name },
    is_domain: false,
    roles: delegation === undefined ? roles.map(roleDocument) : rolesNamed(delegation.roles),
    ...(services === undefined ? {} : { catalog: services }),
  };
  return {
    methods,
    user: { domain, id: user.id, name: user.name, ...originOf(token) },
    audit_ids: [token.auditId],
    expires_at: timestamp(token.expiresAt),
    issued_at: timestamp(token.issuedAt),
    ...scope,
    ...(delegation && {
      application_credential: {
        id: delegation.id,
        name: delegation.name,
        restricted: delegation.unrestricted !== true,
      },
    }),
  };
}

/** Only a login's token says where the person comes from. */
function originOf({ groups, delegation }: Token): Record<string, unknown> {
  if (delegation !== undefined) return { password_expires_at: null };
  return {
    "OS-FEDERATION": {
      groups: groups.map((group) => ({ id: idOf("group", group) })),
      identity_provider: { id: "egi.eu" },
      protocol: { id: "openid" },
    },
  };
}

const rolesNamed = (names: readonly string[]): typeof roles => roles.filter(({ name }) => names.includes(name));

const roleDocument = (role: (typeof roles)[number]): Record<string, unknown> => ({
  ...role,
  domain_id: null,
  description: null,
  options: { immutable: true },
});

export function applicationCredentialDocument(
  { id, name, description, userId, projectId, roles: names, expiresAt, unrestricted }: ApplicationCredential,
  { origin }: Site,
  secret?: string,
): Record<string, unknown> {
  return {
    id,
    name,
    description,
    user_id: userId,
    project_id: projectId,
    system: null,
    expires_at: expiresAt === undefined ? null : timestamp(expiresAt).replace("Z", ""),
    unrestricted,
    roles: rolesNamed(names).map(roleDocument),
    ...(secret === undefined ? {} : { secret }),
    links: { self: `${origin}/v3/application_credentials/${id}` },
  };
}

/** Microseconds, which Keystone's clients parse. */
function timestamp(date: Date): string {
  return date.toISOString().replace(/\.(\d{3})Z$/, ".$1000Z");
}

export function projectDocument({ id, name }: Project, { origin }: Site): Record<string, unknown> {
  return {
    id,
    name,
    domain_id: domain.id,
    description: "",
    enabled: true,
    parent_id: domain.id,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${origin}/v3/projects/${id}` },
  };
}

/** The body says `tenant_id`, a name from v2. */
export function ec2Document(
  { access, secret, userId, projectId }: Ec2Credential,
  { origin }: Site,
): Record<string, unknown> {
  return {
    user_id: userId,
    tenant_id: projectId,
    access,
    secret,
    trust_id: null,
    links: { self: `${origin}/v3/users/${userId}/credentials/OS-EC2/${access}` },
  };
}

/** Keystone's row id of an EC2 credential. */
export function credentialId(access: string): string {
  return createHash("sha256").update(access).digest("hex");
}

/** The same credential as the other API shows it. */
export function credentialDocument(credential: Ec2Credential, { origin }: Site): Record<string, unknown> {
  const { access, secret, userId, projectId } = credential;
  const id = credentialId(access);
  return {
    id,
    user_id: userId,
    project_id: projectId,
    type: "ec2",
    blob: JSON.stringify({ access, secret, trust_id: null }),
    links: { self: `${origin}/v3/credentials/${id}` },
  };
}
