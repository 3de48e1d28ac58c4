import { type KeystoneAt, ports } from "./addresses.ts";
import { password } from "./places.ts";

export interface ProxySettings {
  readonly port: number;
  readonly keystone: KeystoneAt;
  /** Left out by sites that have not followed OSSA-2025-002: Keystone checks no signature for them any more. */
  readonly s3tokenSignsIn: boolean;
}

/**
 * Swift's proxy with the middleware of a public cloud. The order matters: with authtoken behind s3token every S3
 * request is a SignatureDoesNotMatch.
 */
export const proxyConfig = (
  swiftDir: string,
  { port, keystone: { authUrl }, s3tokenSignsIn }: ProxySettings,
): string => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = swift
swift_dir = ${swiftDir}
workers = 2
expose_info = true
cors_allow_origin = *
[pipeline:main]
pipeline = ${pipeline.join(" ")}
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
${plainFilters.map((name) => `[filter:${name}]\nuse = egg:swift#${name.replaceAll("-", "_")}`).join("\n")}
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
dns_compliant_bucket_names = true
[filter:s3token]
use = egg:swift#s3token
auth_uri = ${authUrl}
reseller_prefix = AUTH
delay_auth_decision = true
${s3tokenSignsIn ? serviceUser(authUrl) : ""}
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = ${authUrl}
delay_auth_decision = true
cache = swift.cache
include_service_catalog = false
interface = public
${serviceUser(authUrl)}
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member
reseller_admin_role = ResellerAdmin
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
`;

const pipeline = [
  ..."catch_errors gatekeeper healthcheck proxy-logging cache listing_formats container_sync bulk tempurl".split(" "),
  ..."ratelimit formpost authtoken s3api s3token keystoneauth copy container-quotas account-quotas".split(" "),
  ..."slo dlo versioned_writes symlink proxy-logging proxy-server".split(" "),
];

/** Filters without settings. */
const plainFilters = [
  ..."catch_errors gatekeeper healthcheck proxy-logging listing_formats container_sync bulk tempurl".split(" "),
  ..."ratelimit formpost copy container-quotas account-quotas slo dlo symlink".split(" "),
];

const serviceUser = (authUrl: string): string => `auth_type = password
auth_url = ${authUrl}
username = swift
password = ${password("keystone-swift")}
project_name = service
user_domain_id = default
project_domain_id = default`;
