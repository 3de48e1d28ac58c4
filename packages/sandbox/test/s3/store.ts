import { createHash, createHmac } from "node:crypto";
import type { Service, ServiceRequest } from "../../src/http/service.ts";
import type { Identity, KeyOwner } from "../../src/identity.ts";
import { createS3 } from "../../src/s3/service.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";

/** The moment at which the tests take place. */
export const NOW = new Date("2026-11-23T18:29:54Z");

export const alice: KeyOwner = {
  accessKeyId: "c54fba33907e4b0a9b2addef570c5cff",
  secretAccessKey: "alice-secret",
  userId: "alice",
  projectId: "1f8c1281d5f749cfbfaa32fa6905be94",
  projectName: "vo.pangeo.eu",
  roles: ["member"],
};

export const mallory: KeyOwner = {
  ...alice,
  accessKeyId: "8e971be3d3af4b8e8dc774640200c4e0",
  secretAccessKey: "mallory-secret",
  userId: "mallory",
  projectId: "5756bbb54d8b470fb28f4314f8e83ffd",
  projectName: "other",
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The error code, or undefined. */
  readonly code: string | undefined;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Null for an anonymous request. Default: alice. */
  readonly as?: KeyOwner | null;
  /** When it is signed. Default: NOW. */
  readonly at?: Date;
  readonly payloadHash?: string;
  /** Changes the request after it is signed. */
  readonly tamper?: (request: ServiceRequest) => ServiceRequest;
}

export interface Store extends AsyncDisposable {
  readonly storage: Storage;
  readonly service: Service;
  /** Sends a request such as `ask("GET", "/bucket/key?acl")`. */
  ask(method: string, target: string, ask?: Ask): Promise<Answer>;
}

/** An S3 service in memory with two projects' keys. */
export async function startStore(now: () => Date = () => NOW): Promise<Store> {
  const storage = await openStorage({ memory: true });
  const keys = new Map([alice, mallory].map((owner) => [owner.accessKeyId, owner]));
  const identity: Identity = {
    findKey: (accessKeyId) => Promise.resolve(keys.get(accessKeyId)),
    findToken: () => Promise.resolve({ kind: "refused" }),
  };
  const service = createS3({ storage, identity, now });
  return {
    storage,
    service,
    ask: async (method, target, ask = {}) => await read(await service(requestOf(method, target, ask))),
    [Symbol.asyncDispose]: () => storage.close(),
  };
}

async function read(response: Awaited<ReturnType<Service>>): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  const { body = "", status, headers } = response;
  if (typeof body === "string") chunks.push(Buffer.from(body));
  else if (body instanceof Uint8Array) chunks.push(body);
  else for await (const chunk of body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return { status, headers, text, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1] };
}

function requestOf(method: string, target: string, ask: Ask): ServiceRequest {
  const [path = "/", rawQuery = ""] = target.split("?");
  const { body = "" } = ask;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const request: ServiceRequest = {
    method,
    path,
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: {
      host: "127.0.0.1:9000",
      ...(bytes instanceof Uint8Array &&
        (bytes.length > 0 || method === "PUT") && { "content-length": String(bytes.length) }),
      ...ask.headers,
    },
    body: bytes instanceof Uint8Array ? once(bytes) : bytes,
    origin: "http://127.0.0.1:9000",
  };
  const signed = ask.as === null ? request : sign(request, bytes, ask);
  return ask.tamper?.(signed) ?? signed;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield Uint8Array.from(bytes); // the storage frees what it is given
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

export function signingKey(secret: string, scope: string): Buffer {
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return key;
}

/** Signs requests whose path and query are in canonical form already. */
function sign(request: ServiceRequest, bytes: Uint8Array | AsyncIterable<Uint8Array>, ask: Ask): ServiceRequest {
  const { as: owner = alice, at = NOW } = ask;
  const payloadHash = ask.payloadHash ?? (bytes instanceof Uint8Array ? sha256(bytes) : "UNSIGNED-PAYLOAD");
  const timestamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${timestamp.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const headers: Record<string, string | undefined> = {
    ...request.headers,
    "x-amz-date": timestamp,
    "x-amz-content-sha256": payloadHash,
  };
  const names = Object.keys(headers).sort();
  const query = request.rawQuery.split("&").filter(Boolean).sort();
  const canonical = [
    request.method,
    request.path,
    query.map((pair) => (pair.includes("=") ? pair : `${pair}=`)).join("&"),
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    payloadHash,
  ].join("\n");
  const text = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(Buffer.from(canonical, "latin1"))}`;
  const signature = createHmac("sha256", signingKey(owner!.secretAccessKey, scope)).update(text).digest("hex");
  const credential = `${owner!.accessKeyId}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { ...request, headers: { ...headers, authorization } };
}
