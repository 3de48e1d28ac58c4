import { readJson, readText, textBody } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { Secret } from "../secret.ts";
import { KeystoneError, keystoneFailure } from "./errors.ts";

/** A pair of keys that signs S3 requests as one person in one project. It has no expiry of its own. */
export interface Ec2Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly projectId: string;
}

const path = (keystoneUrl: string, userId: string): string =>
  `${keystoneUrl}/users/${encodeURIComponent(userId)}/credentials/OS-EC2`;

/** @see Keystone, keystone/api/users.py, UserOSEC2CredentialsResourceListCreate: a list shows the secrets again */
export function listEc2CredentialsRequest(keystoneUrl: string, token: Secret, userId: string): HttpRequest {
  return {
    method: "GET",
    url: path(keystoneUrl, userId),
    headers: { "x-auth-token": token, accept: "application/json" },
  };
}

/** Reads the answer to {@link listEc2CredentialsRequest}: all of the person's keys, whatever their project. */
export async function readEc2Credentials(response: HttpResponse): Promise<Ec2Credential[]> {
  if (response.status !== 200) throw await keystoneFailure(response);
  const { credentials } = ((await readJson(response)) ?? {}) as { credentials?: unknown };
  if (!Array.isArray(credentials)) {
    throw new KeystoneError("KEYSTONE_BAD_RESPONSE", "the answer holds no list of keys", { response });
  }
  return credentials.flatMap((credential) => credentialOf(credential) ?? []);
}

/** The project goes by its older name here, `tenant_id`. Never sent twice by itself: each time makes another pair. */
export function createEc2CredentialRequest(
  keystoneUrl: string,
  token: Secret,
  userId: string,
  projectId: string,
): HttpRequest {
  return {
    method: "POST",
    url: path(keystoneUrl, userId),
    headers: { "x-auth-token": token, "content-type": "application/json", accept: "application/json" },
    body: textBody(JSON.stringify({ tenant_id: projectId })),
  };
}

/**
 * Reads the answer to {@link createEc2CredentialRequest}. Success proves nothing: Keystone makes keys for any project
 * that exists, with or without a role in it.
 */
export async function readEc2Credential(response: HttpResponse): Promise<Ec2Credential> {
  if (response.status !== 201) throw await keystoneFailure(response);
  const { credential } = ((await readJson(response)) ?? {}) as { credential?: unknown };
  const read = credentialOf(credential);
  if (read === undefined) {
    throw new KeystoneError("KEYSTONE_BAD_RESPONSE", "the answer holds no access key and secret", { response });
  }
  return read;
}

export function deleteEc2CredentialRequest(
  keystoneUrl: string,
  token: Secret,
  userId: string,
  accessKeyId: string,
): HttpRequest {
  const url = `${path(keystoneUrl, userId)}/${encodeURIComponent(accessKeyId)}`;
  return { method: "DELETE", url, headers: { "x-auth-token": token } };
}

/** Reads the answer to {@link deleteEc2CredentialRequest}; false when there was no such key. */
export async function readDeletedEc2Credential(response: HttpResponse): Promise<boolean> {
  if (response.status === 204) {
    await readText(response);
    return true;
  }
  const failure = await keystoneFailure(response);
  if (failure.code === "KEYSTONE_NOT_FOUND") return false;
  throw failure;
}

function credentialOf(value: unknown): Ec2Credential | undefined {
  const { access, secret, tenant_id: projectId } = (value ?? {}) as Record<string, unknown>;
  if (typeof access !== "string" || typeof secret !== "string" || typeof projectId !== "string") return undefined;
  return { accessKeyId: access, secretAccessKey: new Secret(secret), projectId };
}
