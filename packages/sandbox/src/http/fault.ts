import type { Service, ServiceRequest, ServiceResponse } from "./service.ts";

/** What a {@link FaultFunction} is told. The body is left out: only the service may read it. */
export type FaultEvent = {
  readonly listener: "identity" | "objects" | "minio";
  readonly request: Omit<ServiceRequest, "body">;
} & (
  | { /** Before the service sees the request. */ readonly moment: "request" }
  | { /** The service is done, nothing is sent yet. */ readonly moment: "response"; readonly response: ServiceResponse }
);

/** What goes wrong. Fields combine: a delay comes first, then the rest. */
export interface Fault {
  readonly delayMs?: number;
  /** Ends the connection without an answer. At the moment "response" the work is done and only the answer is lost. */
  readonly reset?: true;
  /** Resets once this many bytes of the request's body were read. Only at the moment "request". */
  readonly resetAfterUploadBytes?: number;
  /** Sent in place of what the service says or would say: a 503, an expired token's 401, another header or body. */
  readonly answer?: ServiceResponse;
  /** Sends this much of the answer's body, then resets. Only at the moment "response". */
  readonly cutAfterBytes?: number;
}

/**
 * Asked twice for each request: before a service sees it, and when it has answered. Undefined lets the request go on
 * unharmed.
 */
export type FaultFunction = (event: FaultEvent) => Fault | undefined | Promise<Fault | undefined>;

/** Thrown by a service or a body to drop the connection instead of answering. */
export class ConnectionReset extends Error {
  constructor() {
    super("connection reset on purpose");
    this.name = "ConnectionReset";
  }
}

/** The same service with `fault` asked around it. */
export function withFaults(service: Service, listener: FaultEvent["listener"], fault: FaultFunction): Service {
  return async (request) => {
    const { body, ...told } = request;
    const before = await fault({ listener, request: told, moment: "request" });
    const early = await strike(before);
    if (early !== undefined) return early;
    const limit = before?.resetAfterUploadBytes;
    const response = await service(limit === undefined ? request : { ...request, body: resetAfter(body, limit) });
    const after = await fault({ listener, request: told, moment: "response", response });
    const answer = (await strike(after)) ?? response;
    return after?.cutAfterBytes === undefined ? answer : cut(answer, after.cutAfterBytes);
  };
}

async function strike(fault: Fault | undefined): Promise<ServiceResponse | undefined> {
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault?.reset) throw new ConnectionReset();
  return fault?.answer;
}

/** Announces the whole length, so that the client knows something is missing. */
function cut(response: ServiceResponse, bytes: number): ServiceResponse {
  const { body } = response;
  if (body === undefined) return response;
  const whole = typeof body === "string" ? Buffer.from(body) : body;
  if (!(whole instanceof Uint8Array)) return { ...response, body: resetAfter(whole, bytes) };
  const headers = { "Content-Length": String(whole.length), ...response.headers };
  return { ...response, headers, body: resetAfter([whole], bytes) };
}

async function* resetAfter(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of body) {
    if (chunk.length >= left) {
      yield chunk.subarray(0, left);
      throw new ConnectionReset();
    }
    left -= chunk.length;
    yield chunk;
  }
}
