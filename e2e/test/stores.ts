import {
  createHttp,
  type Provider,
  type S3Credentials,
  s3Account,
  Secret,
  type StoreAccount,
  swiftAccount,
  type SwiftAccess,
  usualRetries,
} from "@fedbucket/client";
import { nodeCrypto, nodeTransport } from "@fedbucket/client/node";
import { type Sandbox, type SandboxOptions, startSandbox } from "@fedbucket/sandbox";

/** The usual policy, without its waiting. */
const retry = { ...usualRetries, sleep: async () => {} };

/** Accounts over both protocols, each with what opens it, got from the sandbox by plain requests. */
export interface Stores extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly keys: S3Credentials;
  readonly access: SwiftAccess;
  readonly s3: StoreAccount;
  readonly swift: StoreAccount;
  /** More accounts, with other providers. */
  s3With(credentials: Provider<S3Credentials>): StoreAccount;
  swiftWith(access: Provider<SwiftAccess>): StoreAccount;
}

export async function openStores(options: SandboxOptions = {}): Promise<Stores> {
  const sandbox = await startSandbox(options);
  const token = await scopedToken(sandbox);
  const keys = await makeKeys(sandbox, token);
  const access = { storageUrl: sandbox.storageUrl, token: new Secret(token) };
  const transport = nodeTransport();
  const crypto = nodeCrypto();
  const http = createHttp({ transport, now: () => new Date(), mayReceiveBearer: () => false, retry });
  const endpoint = { url: sandbox.s3Endpoint, region: sandbox.region };
  const s3With = (credentials: Provider<S3Credentials>) => s3Account({ http, endpoint, credentials, crypto });
  const swiftWith = (provider: Provider<SwiftAccess>) => swiftAccount({ http, access: provider, crypto });
  return {
    sandbox,
    keys,
    access,
    s3: s3With(async () => keys),
    swift: swiftWith(async () => access),
    s3With,
    swiftWith,
    async [Symbol.asyncDispose]() {
      transport.close();
      await sandbox.close();
    },
  };
}

/** The how-to's way, without our client: an unscoped token, then one for the project. */
export async function scopedToken(sandbox: Sandbox): Promise<string> {
  const { authUrl, identityProvider, protocol, projectId } = sandbox;
  const federated = `${authUrl}/OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth`;
  const authorization = `Bearer ${await sandbox.token()}`;
  const unscoped = await post(federated, undefined, { authorization });
  const identity = { methods: ["token"], token: { id: unscoped.headers.get("x-subject-token") } };
  const scoped = await post(`${authUrl}/auth/tokens`, { auth: { identity, scope: { project: { id: projectId } } } });
  return scoped.headers.get("x-subject-token") ?? "";
}

export async function makeKeys(sandbox: Sandbox, token: string): Promise<S3Credentials> {
  const headers = { "x-auth-token": token };
  const self = await fetch(`${sandbox.authUrl}/auth/tokens`, { headers: { ...headers, "x-subject-token": token } });
  const { token: described } = (await self.json()) as { token: { user: { id: string } } };
  const url = `${sandbox.authUrl}/users/${encodeURIComponent(described.user.id)}/credentials/OS-EC2`;
  const made = await post(url, { tenant_id: sandbox.projectId }, headers);
  const { credential } = (await made.json()) as { credential: { access: string; secret: string } };
  return { accessKeyId: credential.access, secretAccessKey: new Secret(credential.secret) };
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response;
}
