import { timingSafeEqual } from "node:crypto";
import { readWhole } from "./http/body.ts";
import type { Service, ServiceResponse } from "./http/service.ts";

/** How the program that started a sandbox is reached by its owner's other commands. */
export interface Control {
  /** Whoever shows it (`Authorization: Bearer`) may ask for anybody's token and stop the sandbox. */
  readonly secret: string;
  /** Called when asked to stop, after the answer is on its way. */
  readonly stop: () => void;
}

export const controlPrefix = "/sandbox/control/";

/** `GET …/status`, `POST …/token` (a person's name in the body, a fresh access token back), `POST …/stop`. */
export function controlService(control: Control, token: (person: string) => Promise<string>): Service {
  return async (request) => {
    if (!isAllowed(request.headers["authorization"], control.secret)) return text(401, "not allowed");
    const operation = `${request.method} ${request.path.slice(controlPrefix.length)}`;
    if (operation === "GET status") return text(200, "running");
    if (operation === "POST stop") {
      setTimeout(control.stop, 20);
      return text(202, "stopping");
    }
    if (operation !== "POST token") return text(404, "no such operation");
    try {
      return text(200, await token((await readWhole(request)).toString()));
    } catch (error) {
      if (error instanceof RangeError) return text(404, error.message);
      throw error;
    }
  };
}

function isAllowed(header: string | undefined, secret: string): boolean {
  const given = Buffer.from(header ?? "");
  const expected = Buffer.from(`Bearer ${secret}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function text(status: number, body: string): ServiceResponse {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" }, body };
}
