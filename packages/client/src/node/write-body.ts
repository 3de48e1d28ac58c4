import { Failure } from "../failure.ts";
import type { HttpRequest } from "../http.ts";

/** What the time limits must know about a request being written. */
export interface Sending {
  waitsForSource: boolean;
  done: boolean;
}

/** Where a request's body is written to. */
export interface Outgoing {
  readonly destroyed: boolean;
  /** The server has answered already that it does not want the rest. */
  readonly isRefused: boolean;
  /** Whether there is room for more. */
  write(chunk: Uint8Array): boolean;
  end(last?: Uint8Array): void;
  /** Resolves when there is room again, or no use for it. */
  drained(): Promise<void>;
}

/** Writes a body as fast as the connection takes it, without copying. Rejects with whatever its source throws. */
export async function writeBody(outgoing: Outgoing, request: HttpRequest, sending: Sending): Promise<void> {
  const chunks = (request.stream ?? request.body?.open())?.[Symbol.asyncIterator]();
  const expected = request.stream === undefined ? (request.body?.bytes ?? 0) : undefined;
  if (chunks === undefined || expected === 0) return finish(outgoing, sending);
  const next = async (): Promise<Uint8Array | undefined> => {
    sending.waitsForSource = true;
    const { done, value } = await chunks.next();
    sending.waitsForSource = false;
    return done === true ? undefined : value;
  };
  let sent = 0;
  for (let chunk = await next(); chunk !== undefined;) {
    if (outgoing.destroyed || outgoing.isRefused) return void (await chunks.return?.());
    sent += chunk.byteLength;
    // The last bytes go out with the end, and those of a small body with the headers too.
    const following = sent === expected ? await next() : undefined;
    if (sent === expected && following === undefined) return finish(outgoing, sending, chunk);
    if (expected !== undefined && sent > expected) break;
    if (!outgoing.write(chunk)) await outgoing.drained();
    chunk = following ?? (await next());
  }
  await chunks.return?.();
  if (expected !== undefined) throw changedSource(expected, sent);
  finish(outgoing, sending);
}

function finish(outgoing: Outgoing, sending: Sending, last?: Uint8Array): void {
  sending.done = true;
  outgoing.end(last);
}

function changedSource(expected: number, sent: number): Failure {
  const message = `what is being sent changed meanwhile: ${expected} bytes were announced, ${sent} came`;
  return new Failure("SOURCE_CHANGED", "failed", message, { cure: ["Run the command again when it is complete."] });
}
