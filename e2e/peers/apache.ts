import { path } from "./places.ts";

export interface RelyingParty {
  readonly issuer: string;
  /** A confidential client of Check-in, allowed to introspect. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Path of Keystone's federated login, which wants an access token from the issuer. */
  readonly loginPath: string;
}

/** A Keystone to run. */
export interface KeystoneApplication {
  readonly name: string;
  readonly port: number;
  readonly script: string;
  /** A virtual environment, of the Python that mod_wsgi is built for. Default: Debian's packages. */
  readonly pythonHome?: string;
}

const modules = [
  ["mpm_event", "mpm_event"],
  ["authn_core", "authn_core"],
  ["authz_core", "authz_core"],
  ["authz_user", "authz_user"],
  ["headers", "headers"],
  ["auth_openidc", "auth_openidc"],
  ["wsgi", "wsgi"],
].map(([name, file]) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${file}.so`);

/**
 * Apache in front of Keystone: mod_wsgi runs it, mod_auth_openidc proves the access token.
 *
 * - Keystone splits list claims at ";", mod_auth_openidc joins them with ",": hence the delimiter.
 * - `OIDCOAuthIntrospectionEndpoint` takes https only; the metadata document may be plain http.
 * - Without `OIDCCacheEncrypt` the cache key is the access token, which is too long for it and then goes to the log.
 */
export const apacheConfig = (
  { name, port, script, pythonHome }: KeystoneApplication,
  party: RelyingParty,
  cachePassphrase: string,
): string => `
ServerRoot /etc/apache2
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
DefaultRuntimeDir ${path(name, "run")}
PidFile ${path(name, "run", "apache.pid")}
Mutex file:${path(name, "run")} default
WSGISocketPrefix ${path(name, "run", "wsgi")}
User www-data
Group www-data
${modules.join("\n")}
StartServers 1
ServerLimit 2
ThreadsPerChild 25
MaxRequestWorkers 50
KeepAlive On
AllowEncodedSlashes On
ErrorLog /dev/stderr
LogLevel warn
LogFormat "%t \\"%r\\" %>s %b %Dus" brief
CustomLog ${path("log", `${name}-access.log`)} brief

OIDCClaimPrefix "OIDC-"
OIDCClaimDelimiter ";"
OIDCOAuthClientID ${party.clientId}
OIDCOAuthClientSecret ${party.clientSecret}
OIDCOAuthServerMetadataURL ${party.issuer}/.well-known/openid-configuration
OIDCOAuthIntrospectionEndpointAuth client_secret_basic
OIDCOAuthRemoteUserClaim sub
OIDCCryptoPassphrase ${cachePassphrase}
OIDCCacheEncrypt On

<VirtualHost 127.0.0.1:${port}>
  WSGIDaemonProcess keystone processes=2 threads=1 user=keystone group=keystone display-name=fedbucket-${name} lang=C.UTF-8 graceful-timeout=1 shutdown-timeout=1${pythonHome === undefined ? "" : ` python-home=${pythonHome}`}
  WSGIProcessGroup keystone
  WSGIApplicationGroup %{GLOBAL}
  WSGIPassAuthorization On
  WSGIScriptAlias / ${script}
  LimitRequestBody 114688
  <Location />
    Require all granted
  </Location>
  <Location ${party.loginPath}>
    AuthType oauth20
    Require valid-user
  </Location>
</VirtualHost>
`;
