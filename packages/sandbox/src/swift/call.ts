import type { ServiceRequest, ServiceResponse } from "../http/service.ts";
import type { Principal } from "../identity.ts";
import type { Storage } from "../storage/storage.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** A request that was understood and whose sender is known. */
export interface Call extends Target {
  readonly request: ServiceRequest;
  readonly storage: Storage;
  /** Undefined for an anonymous request. */
  readonly principal: Principal | undefined;
  /** What the client wants lists and errors in. */
  readonly format: Format;
}

/** A call that is somebody's. */
export interface OwnCall extends Call {
  readonly principal: Principal;
}

export type Operate<C extends Call = Call> = (call: C) => Promise<ServiceResponse>;

/** An answer without a body. */
export function emptyResponse(status: number, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return {
    status,
    headers: {
      ...(status === 204 ? {} : { "Content-Length": "0" }),
      "Accept-Ranges": "bytes",
      "Content-Type": "text/plain; charset=utf-8",
      ...headers,
    },
  };
}
