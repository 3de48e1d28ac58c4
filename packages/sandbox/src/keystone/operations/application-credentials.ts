import { forbidden, json, KeystoneRefusal, noContent, notFound, notPermitted } from "../answers.ts";
import type { ApplicationCredential } from "../application-credentials.ts";
import { applicationCredentialDocument, findRole, roleNames } from "../documents.ts";
import type { Token } from "../tokens.ts";
import { authenticate, type Call, type KeystoneContext, listLinks, member, type Operation, readJson } from "./call.ts";

export const listApplicationCredentials: Operation = async (context, call) => {
  const { user } = owner(context, call, "list_application_credentials");
  const name = call.request.query.get("name");
  const all = context.state.applicationCredentials.list(user.id).filter((one) => name === null || one.name === name);
  return json(200, {
    application_credentials: all.map((one) => applicationCredentialDocument(one, context.site)),
    links: listLinks(context, call),
  });
};

export const createApplicationCredential: Operation = async (context, call) => {
  const token = owner(context, call, "create_application_credential");
  refuseRestricted(token);
  const { project, user, delegation } = token;
  if (project === undefined) throw forbidden("create_application_credential");
  const asked = member(await readJson(call), "application_credential") ?? {};
  const { name, description, secret, unrestricted } = asked;
  if (typeof name !== "string") throw new KeystoneRefusal(400, "'name' is a required property");
  const kept = context.state.applicationCredentials;
  if (kept.findByName(user.id, name) !== undefined) throw duplicate(name);
  const made = kept.create(
    {
      name,
      description: typeof description === "string" ? description : null,
      userId: user.id,
      projectId: project.id,
      roles: rolesAsked(asked["roles"], delegation?.roles ?? roleNames),
      expiresAt: expiryAsked(asked["expires_at"], context.now()),
      unrestricted: typeof unrestricted === "boolean" ? unrestricted : null,
    },
    typeof secret === "string" ? secret : undefined,
  );
  const document = applicationCredentialDocument(made.credential, context.site, made.secret);
  return json(201, { application_credential: document });
};

export const getApplicationCredential: Operation = async (context, call) => {
  const { user } = owner(context, call, "get_application_credential");
  const credential = own(context, call, user.id);
  return json(200, { application_credential: applicationCredentialDocument(credential, context.site) });
};

export const deleteApplicationCredential: Operation = async (context, call) => {
  const token = owner(context, call, "delete_application_credential");
  refuseRestricted(token);
  context.state.applicationCredentials.delete(own(context, call, token.user.id).id);
  return noContent();
};

export const noApplicationCredential = (id: string): KeystoneRefusal => notFound("Application Credential", id);

function owner(context: KeystoneContext, call: Call, action: string): Token {
  const token = authenticate(context, call);
  if (call.path["user"] !== token.user.id) throw forbidden(action);
  return token;
}

function own(context: KeystoneContext, call: Call, userId: string): ApplicationCredential {
  const id = String(call.path["id"]);
  const found = context.state.applicationCredentials.find(id);
  if (found === undefined || found.userId !== userId) throw noApplicationCredential(id);
  return found;
}

function refuseRestricted({ delegation }: Token): void {
  if (delegation === undefined || delegation.unrestricted === true) return;
  const sentence =
    "Using method 'application_credential' is not allowed for managing additional application credentials.";
  throw notPermitted(sentence);
}

function rolesAsked(asked: unknown, had: readonly string[]): readonly string[] {
  if (!Array.isArray(asked)) return had;
  return asked.map((given: { readonly id?: unknown; readonly name?: unknown }) => {
    const role = findRole(given);
    if (role === undefined) throw new KeystoneRefusal(404, `Role ${String(given.name ?? given.id)} is not defined`);
    if (!had.includes(role))
      throw new KeystoneRefusal(400, `Invalid application credential: Could not find role: ${role}`);
    return role;
  });
}

function expiryAsked(asked: unknown, now: Date): Date | undefined {
  if (typeof asked !== "string") return undefined;
  const at = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(asked) ? asked : `${asked}Z`);
  const sorry =
    "The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.";
  if (!(at > now)) throw new KeystoneRefusal(400, `The 'expires_at' must not be before now. ${sorry}`);
  return at;
}

const duplicate = (name: string): KeystoneRefusal =>
  new KeystoneRefusal(
    409,
    `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${name}.`,
  );
