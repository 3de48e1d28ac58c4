import type { ServiceResponse } from "../../http/service.ts";
import { forbidden, json, KeystoneRefusal, noContent, notPermitted, unauthorized } from "../answers.ts";
import { catalog, tokenDocument } from "../documents.ts";
import { domain, findProject, findProjectByName, type Project } from "../projects.ts";
import type { Token } from "../tokens.ts";
import { authenticate, type Call, type KeystoneContext, malformed, member, type Operation, readJson } from "./call.ts";
import { noApplicationCredential } from "./application-credentials.ts";
import { tokenLifeMs, unsupportedMethod } from "./federation.ts";

/** @see Identity API v3, "Token authentication with scoped authorization" */
export const issueToken: Operation = async (context, call) => {
  const auth = member(await readJson(call), "auth");
  if (auth === undefined) throw malformed("auth");
  const identity = member(auth, "identity");
  if (identity === undefined) throw schemaFailure("auth", "'identity' is a required property");
  const { methods } = identity;
  if (!Array.isArray(methods)) throw schemaFailure("identity", "'methods' is a required property");
  if (methods.includes("password")) throw unauthorized(); // nobody here has one: all come from the federation
  if (methods.length === 1 && methods[0] === "application_credential")
    return byApplicationCredential(context, call, auth);
  if (methods.length !== 1 || methods[0] !== "token") throw unsupportedMethod();
  const given = readGiven(context, member(identity, "token")?.["id"]);
  if (given.delegation !== undefined)
    throw notPermitted("Using a delegated token to create another token is not allowed.");
  const project = auth["scope"] === undefined ? undefined : findScope(given, auth["scope"]);
  const { user, groups, expiresAt } = given;
  const { id, token } = context.tokens.issue({
    methods: [...new Set([...given.methods, "token"])],
    user,
    groups,
    expiresAt, // a token made from another never outlives it
    ...(project === undefined ? {} : { project }),
  });
  return answer(context, call, 201, id, token);
};

/** For as long as the membership that brought the roles lasts, as with EC2 credentials. */
function byApplicationCredential(context: KeystoneContext, call: Call, auth: Record<string, unknown>): ServiceResponse {
  const { state, tokens, now } = context;
  if (auth["scope"] !== undefined)
    throw unauthorized(
      "Error authenticating with application credential: Application credentials cannot request a scope.",
    );
  const { id, name, secret, user: whose } = member(member(auth, "identity"), "application_credential") ?? {};
  const kept = state.applicationCredentials;
  const userId = member({ whose }, "whose")?.["id"];
  const found = typeof id === "string" ? kept.find(id) : kept.findByName(String(userId), String(name));
  if (found === undefined) throw noApplicationCredential(String(id ?? name));
  const [user, project] = [state.findUser(found.userId), findProject(found.projectId)];
  const groups = state.persistedGroups(found.userId, now());
  const isGood =
    kept.hasSecret(found.id, String(secret)) && !(found.expiresAt !== undefined && found.expiresAt <= now());
  if (!isGood || user === undefined || project === undefined || !groups.includes(project.group)) throw unauthorized();
  const latest = now().getTime() + tokenLifeMs;
  const issued = tokens.issue({
    methods: ["application_credential"],
    user,
    groups,
    project,
    delegation: found,
    expiresAt: new Date(Math.floor(Math.min(latest, found.expiresAt?.getTime() ?? latest) / 1000) * 1000),
  });
  return answer(context, call, 201, issued.id, issued.token);
}

export const validateToken: Operation = async (context, call) => {
  const caller = authenticate(context, call);
  const id = call.request.headers["x-subject-token"] ?? "";
  const token = readGiven(context, id);
  if (token.user.id !== caller.user.id) throw forbidden("validate_token");
  return answer(context, call, 200, id, token);
};

export const revokeToken: Operation = async (context, call) => {
  const caller = authenticate(context, call);
  const { auditId, expiresAt, user } = readGiven(context, call.request.headers["x-subject-token"]);
  if (user.id !== caller.user.id) throw forbidden("revoke_token");
  context.state.revokeToken(auditId, expiresAt, context.now());
  return noContent();
};

/** Keystone answers 404, not 401, when a token that is the *subject* of a request is bad. */
function readGiven({ tokens }: KeystoneContext, id: unknown): Token {
  const token = tokens.read(typeof id === "string" ? id : "");
  if (token === "unrecognized") throw new KeystoneRefusal(404, "Could not recognize Fernet token");
  if (token === "invalid") throw new KeystoneRefusal(404, "Failed to validate token");
  return token;
}

/** A wrong project, an unknown one and one without a role are not told apart. */
function findScope({ groups }: Token, scope: unknown): Project | undefined {
  if (scope === "unscoped" || member(scope, "unscoped") !== undefined) return undefined;
  const { id, name, domain: given } = member(scope, "project") ?? {};
  const project = typeof id === "string" ? findProject(id) : undefined;
  const isOurDomain =
    member({ given }, "given")?.["id"] === domain.id || member({ given }, "given")?.["name"] === domain.name;
  const found = project ?? (typeof name === "string" && isOurDomain ? findProjectByName(name) : undefined);
  if (found === undefined || !groups.includes(found.group)) throw unauthorized();
  return found;
}

function answer(
  context: KeystoneContext,
  { request }: Call,
  status: number,
  id: string,
  token: Token,
): ServiceResponse {
  const services = request.query.has("nocatalog") ? undefined : catalog(context.site);
  return json(status, { token: tokenDocument(token, services) }, { "X-Subject-Token": id });
}

/** The first sentence of jsonschema's; Keystone also prints the schema. */
function schemaFailure(field: string, message: string): KeystoneRefusal {
  return new KeystoneRefusal(400, `Invalid input for field '${field}': ${message}`);
}
