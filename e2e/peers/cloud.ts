import { issuer, type KeystoneAt, vo } from "./addresses.ts";
import { connectAsAdmin, type KeystoneAdmin, type Named } from "./keystone-admin.ts";
import { password } from "./places.ts";

/** Minutes that a federated user's keys outlive the last login: a day, as sites should set it (default: 0, none at all). */
const authorizationTtlMinutes = 24 * 60;

/** An object store with a region of its own. */
export interface StoreInCatalog {
  readonly name: string;
  readonly region: string;
  /** Of its Swift API. */
  readonly url: string;
}

/** Registers in Keystone what an operator would: the VO's project and group, the stores, and the federation. */
export async function registerCloud(at: KeystoneAt, stores: readonly StoreInCatalog[]): Promise<void> {
  const admin = await connectAsAdmin(at);
  const domain = await admin.ensure("domains", "domain", { name: at.identityProvider });
  const project = await admin.ensure("projects", "project", { name: vo, domain_id: domain.id }, inDomain(domain));
  await admin.ensure("projects", "project", { name: "another", domain_id: domain.id }, inDomain(domain));
  const group = await admin.ensure("groups", "group", { name: vo, domain_id: domain.id }, inDomain(domain));
  const member = await admin.ensure("roles", "role", { name: "member" });
  await admin.call("PUT", `/projects/${project.id}/groups/${group.id}/roles/${member.id}`);
  await registerServiceUsers(admin);
  await registerStores(admin, at, stores);
  await registerFederation(admin, at, domain, group);
}

/** The project of the VO's members. */
export async function findProject(at: KeystoneAt): Promise<string> {
  const admin = await connectAsAdmin(at);
  const { projects } = await admin.call("GET", `/projects?name=${vo}`);
  const [project] = projects as readonly Named[];
  if (project === undefined) throw new Error(`Keystone has no project "${vo}": npm run peers -- up`);
  return project.id;
}

/** Keystone lets only a user with the role "service" check S3 signatures; RGW wants to see users' roles too. */
async function registerServiceUsers(admin: KeystoneAdmin): Promise<void> {
  const project = await admin.ensure("projects", "project", { name: "service", domain_id: "default" });
  for (const [name, roles] of [
    ["swift", ["service"]],
    ["rgw", ["service", "admin"]],
  ] as const) {
    const wanted = { name, domain_id: "default", password: password(`keystone-${name}`) };
    const user = await admin.ensure("users", "user", wanted, "?domain_id=default");
    for (const roleName of roles) {
      const role = await admin.ensure("roles", "role", { name: roleName });
      await admin.call("PUT", `/projects/${project.id}/users/${user.id}/roles/${role.id}`);
    }
  }
}

/** Each region has an identity endpoint too, else clients with OS_REGION_NAME find no Keystone. */
async function registerStores(
  admin: KeystoneAdmin,
  { authUrl }: KeystoneAt,
  stores: readonly StoreInCatalog[],
): Promise<void> {
  const identity = await admin.ensure("services", "service", { name: "keystone", type: "identity" });
  for (const { name, region, url } of stores) {
    const store = await admin.ensure("services", "service", { name, type: "object-store" });
    await admin.ensure("regions", "region", { id: region });
    await ensureEndpoints(admin, store, url, region);
    await ensureEndpoints(admin, identity, authUrl, region);
  }
}

async function ensureEndpoints(admin: KeystoneAdmin, service: Named, url: string, region: string): Promise<void> {
  const { endpoints } = await admin.call("GET", `/endpoints?service_id=${service.id}&region_id=${region}`);
  for (const kind of ["public", "internal", "admin"]) {
    if ((endpoints as readonly Named[]).some((endpoint) => endpoint["interface"] === kind)) continue;
    const endpoint = { service_id: service.id, region_id: region, interface: kind, url };
    await admin.call("POST", "/endpoints", { endpoint });
  }
}

async function registerFederation(
  admin: KeystoneAdmin,
  { identityProvider, protocol }: KeystoneAt,
  domain: Named,
  group: Named,
): Promise<void> {
  const provider = {
    enabled: true,
    remote_ids: [issuer],
    domain_id: domain.id,
    authorization_ttl: authorizationTtlMinutes,
  };
  const at = `/OS-FEDERATION/identity_providers/${identityProvider}`;
  await createOrUpdate(admin, at, { identity_provider: provider });
  await createOrUpdate(admin, "/OS-FEDERATION/mappings/egi", { mapping: { rules: mappingRules(group) } });
  await createOrUpdate(admin, `${at}/protocols/${protocol}`, { protocol: { mapping_id: "egi" } });
}

/** Entitlement of the VO -> group, as EGI's documentation has it for providers. */
const mappingRules = (group: Named): unknown => [
  {
    local: [{ user: { name: "{0}", email: "{1}" }, group: { id: group.id } }],
    remote: [
      { type: "HTTP_OIDC_SUB" },
      { type: "HTTP_OIDC_EMAIL" },
      { type: "HTTP_OIDC_ISS", any_one_of: [issuer] },
      {
        type: "OIDC-eduperson_entitlement",
        regex: true,
        any_one_of: [`^urn:mace:egi.eu:group:${vo.replaceAll(".", "\\.")}:role=member#aai.egi.eu$`],
      },
    ],
  },
];

/** PUT creates, PATCH updates, and each refuses the other's case. */
async function createOrUpdate(admin: KeystoneAdmin, path: string, body: Record<string, object>): Promise<void> {
  const exists = await admin.call("GET", path).then(
    () => true,
    () => false,
  );
  if (!exists) await admin.call("PUT", path, body);
  else await admin.call("PATCH", path, withoutFixed(body));
}

/** The domain of an identity provider cannot be changed, not even to itself. */
const withoutFixed = (body: Record<string, object>): unknown =>
  JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === "domain_id" ? undefined : value)));

const inDomain = (domain: Named): string => `?domain_id=${domain.id}`;
