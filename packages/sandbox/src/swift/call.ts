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

/** To a write of an object or of a container's metadata, which has nothing more to say than its headers. */
export function writtenResponse(status: number, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return {
    status,
    headers: {
      ...(status === 204 ? {} : { "Content-Length": "0" }),
      "Content-Type": "text/plain; charset=utf-8",
      ...headers,
    },
  };
}

/** An answer without a body. RGW says of it, too, that it may be asked for in ranges. */
export const emptyResponse = (status: number, headers: Readonly<Record<string, string>> = {}): ServiceResponse =>
  writtenResponse(status, { "Accept-Ranges": "bytes", ...headers });
