import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { setting } from "../database.ts";
import type { Service, ServiceRequest } from "../http/service.ts";
import { KeystoneRefusal, methodNotAllowed, refusal, unknownPath } from "./answers.ts";
import type { Site } from "./documents.ts";
import { type CachingIdentity, createIdentity } from "./identity.ts";
import type { KeystoneContext, Operation } from "./operations/call.ts";
import * as applications from "./operations/application-credentials.ts";
import * as ec2 from "./operations/ec2.ts";
import { federatedAuth } from "./operations/federation.ts";
import * as projects from "./operations/projects.ts";
import * as tokens from "./operations/tokens.ts";
import { KeystoneState } from "./state.ts";
import { createTokens } from "./tokens.ts";

export interface KeystoneOptions {
  readonly site: Site;
  readonly database: DatabaseSync;
  readonly introspect: KeystoneContext["introspect"];
  /**
   * Keystone's `authorization_ttl` of the identity provider, in seconds; default 86400 (24 h). 0 is Keystone's own
   * default: logins, tokens and Swift work, EC2 credentials are made and then refused at every S3 request.
   */
  readonly authorizationTtlSeconds?: number;
  /** How long the object store trusts a key it has seen; default 300 as RGW, 0 asks every time. */
  readonly secretCacheSeconds?: number;
  readonly now?: () => Date;
}

export interface Keystone {
  readonly service: Service;
  readonly identity: CachingIdentity;
  readonly state: KeystoneState;
}

/** By method and path; `:name` is one segment. */
const routes: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  "/": { GET: projects.listVersions },
  "/v3": { GET: projects.showVersion },
  "/v3/OS-FEDERATION/identity_providers/:idp/protocols/:protocol/auth": { GET: federatedAuth, POST: federatedAuth },
  "/v3/OS-FEDERATION/projects": { GET: projects.listAuthProjects },
  "/v3/OS-FEDERATION/domains": { GET: projects.listAuthDomains },
  "/v3/auth/tokens": { POST: tokens.issueToken, GET: tokens.validateToken, DELETE: tokens.revokeToken },
  "/v3/auth/projects": { GET: projects.listAuthProjects },
  "/v3/auth/domains": { GET: projects.listAuthDomains },
  "/v3/auth/catalog": { GET: projects.showCatalog },
  "/v3/projects": { GET: projects.listProjects },
  "/v3/projects/:project": { GET: projects.showProject },
  "/v3/users/:user": { GET: projects.showUser },
  "/v3/users/:user/projects": { GET: projects.listUserProjects },
  "/v3/users/:user/credentials/OS-EC2": { GET: ec2.listCredentials, POST: ec2.createCredential },
  "/v3/users/:user/credentials/OS-EC2/:access": { GET: ec2.getCredential, DELETE: ec2.deleteCredential },
  "/v3/users/:user/application_credentials": {
    GET: applications.listApplicationCredentials,
    POST: applications.createApplicationCredential,
  },
  "/v3/users/:user/application_credentials/:id": {
    GET: applications.getApplicationCredential,
    DELETE: applications.deleteApplicationCredential,
  },
  "/v3/credentials": { GET: ec2.listAllCredentials },
  "/v3/s3tokens": { POST: ec2.validateS3Token },
};

const table = Object.entries(routes).map(([path, operations]) => ({
  pattern: new RegExp(`^${path === "/" ? "" : path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`),
  operations,
}));

/**
 * Keystone v3 as a federated site runs it, Debian 12's 22.0 as its model.
 *
 * Gaps against the real one: no local users and so no password method; no trusts or roles API; application credentials
 * have no access rules, and a token of one that was deleted is answered 401 where Keystone says 404;
 * nothing to administer; `s3tokens` refuses everybody, since the object store here asks {@link Keystone.identity};
 * malformed requests get the first sentence of the schema error without the schema; roles are not cached.
 */
export function createKeystone(options: KeystoneOptions): Keystone {
  const { site, database, introspect, authorizationTtlSeconds = 24 * 60 * 60, now = () => new Date() } = options;
  const state = new KeystoneState(database);
  const key = Buffer.from(
    setting(database, "fernet-key", () => randomBytes(32).toString("hex")),
    "hex",
  );
  const sealed = createTokens(state, key, now);
  const context: KeystoneContext = { site, state, tokens: sealed, introspect, authorizationTtlSeconds, now };
  return {
    state,
    identity: createIdentity(state, sealed, options.secretCacheSeconds ?? 300, now),
    service: (request) => answer(context, request),
  };
}

async function answer(context: KeystoneContext, request: ServiceRequest): ReturnType<Service> {
  const route = table.find(({ pattern }) => pattern.test(request.path));
  if (route === undefined) return unknownPath();
  const { operations, pattern } = route;
  const method = request.method === "HEAD" ? "GET" : request.method;
  const operation = Object.hasOwn(operations, method) ? operations[method] : undefined;
  if (operation === undefined) return methodNotAllowed(Object.keys(operations));
  try {
    const groups = pattern.exec(request.path)?.groups ?? {};
    const path = Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]));
    return await operation(context, { request, path });
  } catch (error) {
    if (error instanceof KeystoneRefusal) return refusal(error, context.site.origin);
    throw error;
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray percent sign names nothing we know
  }
}
