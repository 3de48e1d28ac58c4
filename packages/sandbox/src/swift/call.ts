import type { ServiceRequest, ServiceResponse } from "../http/service.ts";
import type { Principal } from "../identity.ts";
import type { Storage } from "../storage/storage.ts";
import type { Target } from "./target.ts";

/** A request that was understood and whose sender is known. */
export interface Call extends Target {
  readonly request: ServiceRequest;
  readonly storage: Storage;
  readonly principal: Principal;
  /** Whether the client asked for JSON. */
  readonly json: boolean;
}

export type Operate = (call: Call) => Promise<ServiceResponse>;

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
