import { Failure } from "../failure.ts";
import type { HttpRequest } from "../http.ts";

/** What the time limits must know about a request being written. */
export interface Sending {
  waitsForSource: boolean;
  done: boolean;
  readonly beganAt: number;
  /** When the system had taken the last byte. */
  doneAt: number;
}

export function newSending(): Sending {
  return { waitsForSource: false, done: false, beganAt: performance.now(), doneAt: Infinity };
}

/** Whether silence is no wonder: what the system took may be on its way, on a slow line for as long as it took to take it. */
export function isUnderWay({ beganAt, doneAt }: Sending): boolean {
  return performance.now() - doneAt < doneAt - beganAt;
}

/** Where a request's body is written to. */
export interface Outgoing {
  readonly destroyed: boolean;
  /** The server has answered already that it does not want the rest. */
  readonly isRefused: boolean;
  /** Resolves when the chunk was handed to the system, so that its memory may be used again; or when there is no use for it. */
  write(chunk: Uint8Array): Promise<void>;
  /** All was written. */
  end(): void;
}

/** Writes a body as fast as the connection takes it, without copying. Rejects with whatever its source throws. */
export async function writeBody(outgoing: Outgoing, request: HttpRequest, sending: Sending): Promise<void> {
  const expected = request.stream === undefined ? (request.body?.bytes ?? 0) : undefined;
  if (expected === 0) return sent(outgoing, sending);
  const chunks = (request.stream ?? request.body?.open())?.[Symbol.asyncIterator]();
  const next = async (): Promise<Uint8Array | undefined> => {
    sending.waitsForSource = true;
    const result = await chunks?.next();
    sending.waitsForSource = false;
    return result?.done === true ? undefined : result?.value;
  };
  const isUseless = (): boolean => outgoing.destroyed || outgoing.isRefused;
  let passed = 0;
  for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
    passed += chunk.byteLength;
    if (expected !== undefined && passed > expected) {
      await chunks?.return?.();
      break;
    }
    if (!isUseless()) await outgoing.write(chunk);
    if (isUseless()) return void (await chunks?.return?.());
  }
  if (expected !== undefined && passed !== expected) throw changedSource(expected, passed);
  sent(outgoing, sending);
}

function sent(outgoing: Outgoing, sending: Sending): void {
  sending.done = true;
  sending.doneAt = performance.now();
  outgoing.end();
}

function changedSource(expected: number, sent: number): Failure {
  const message = `what is being sent changed meanwhile: ${expected} bytes were announced, ${sent} came`;
  return new Failure("SOURCE_CHANGED", "failed", message, { cure: ["Run the command again when it is complete."] });
}
