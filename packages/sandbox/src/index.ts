export type { Control } from "./control.ts";
export type { Fault, FaultEvent, FaultFunction } from "./http/fault.ts";
export type { ServiceRequest, ServiceResponse } from "./http/service.ts";
export { type Sandbox, type SandboxOptions, type SandboxPerson, startSandbox } from "./sandbox.ts";
