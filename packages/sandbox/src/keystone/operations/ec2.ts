import { forbidden, json, KeystoneRefusal, noContent, notFound, notPermitted } from "../answers.ts";
import { credentialDocument, credentialId, ec2Document } from "../documents.ts";
import { findProject } from "../projects.ts";
import type { Ec2Credential } from "../state.ts";
import { authenticate, type Call, type KeystoneContext, listLinks, type Operation, readJson } from "./call.ts";

export const listCredentials: Operation = async (context, call) => {
  const userId = ownUser(context, call, "ec2_list_credentials");
  const credentials = context.state.listCredentials(userId).map((one) => ec2Document(one, context.site));
  return json(200, { credentials, links: listLinks(context, call) });
};

/**
 * 201 for any project that exists, with a role in it or not, and with an unscoped token too: Keystone checks only when
 * the keys are used.
 */
export const createCredential: Operation = async (context, call) => {
  const userId = ownUser(context, call, "ec2_create_credential");
  const { tenant_id: projectId } = await readJson(call);
  if (typeof projectId !== "string" || findProject(projectId) === undefined) {
    throw notFound("project", typeof projectId === "string" ? projectId : "None");
  }
  const credential = context.state.createCredential(userId, projectId);
  return json(201, { credential: ec2Document(credential, context.site) });
};

export const getCredential: Operation = async (context, call) => {
  const credential = ownCredential(context, call, "ec2_get_credential");
  return json(200, { credential: ec2Document(credential, context.site) });
};

export const deleteCredential: Operation = async (context, call) => {
  context.state.deleteCredential(ownCredential(context, call, "ec2_delete_credential").access);
  return noContent();
};

/** The other API that shows the same credentials. */
export const listAllCredentials: Operation = async (context, call) => {
  const { user } = authenticate(context, call);
  const type = call.request.query.get("type");
  const own = type === null || type === "ec2" ? context.state.listCredentials(user.id) : [];
  return json(200, {
    credentials: own.map((credential) => credentialDocument(credential, context.site)),
    links: listLinks(context, call),
  });
};

/** Since OSSA-2025-002 only a service user may ask, and the sandbox's object store does not come this way. */
export const validateS3Token: Operation = async (context, call) => {
  authenticate(context, call);
  throw forbidden("s3tokens_validate");
};

function ownUser(context: KeystoneContext, call: Call, action: string): string {
  const { user, delegation } = authenticate(context, call);
  if (call.path["user"] !== user.id) throw forbidden(action);
  if (delegation !== undefined) throw notPermitted("Delegated tokens cannot access credentials directly");
  return user.id;
}

function ownCredential(context: KeystoneContext, call: Call, action: string): Ec2Credential {
  const userId = ownUser(context, call, action);
  const access = String(call.path["access"]);
  const credential = context.state.findCredential(access);
  if (credential === undefined) throw notFound("credential", credentialId(access));
  if (credential.userId !== userId) throw new KeystoneRefusal(403, "Credential belongs to another user");
  return credential;
}
