import type { ClientRequest, IncomingMessage } from "node:http";
import { Failure } from "../failure.ts";
import type { HttpRequest } from "../http.ts";

/** What the time limits must know about a request being written. */
export interface Sending {
  waitsForSource: boolean;
  done: boolean;
}

/** Writes a body as fast as the connection takes it, without copying. Rejects with whatever its source throws. */
export async function writeBody(outgoing: ClientRequest, request: HttpRequest, sending: Sending): Promise<void> {
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
    if (outgoing.destroyed || isRefusal(outgoing)) return void (await chunks.return?.());
    sent += chunk.byteLength;
    // The last bytes go out with the end, and those of a small body with the headers too.
    const following = sent === expected ? await next() : undefined;
    if (sent === expected && following === undefined) return finish(outgoing, sending, chunk);
    if (expected !== undefined && sent > expected) break;
    if (!outgoing.write(chunk)) await drained(outgoing);
    chunk = following ?? (await next());
  }
  await chunks.return?.();
  if (expected !== undefined) throw changedSource(expected, sent);
  finish(outgoing, sending);
}

function finish(outgoing: ClientRequest, sending: Sending, last?: Uint8Array): void {
  sending.done = true;
  if (last === undefined) outgoing.end();
  else outgoing.end(last);
}

/** Whether the server has answered already that it does not want the rest. */
export function isRefusal(outgoing: ClientRequest): boolean {
  const { res } = outgoing as { res?: IncomingMessage | null };
  return (res?.statusCode ?? 0) >= 300;
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off("drain", go).off("close", go).off("response", go);
      resolve();
    };
    outgoing.once("drain", go).once("close", go).once("response", go);
  });
}

function changedSource(expected: number, sent: number): Failure {
  const message = `what is being sent changed meanwhile: ${expected} bytes were announced, ${sent} came`;
  return new Failure("SOURCE_CHANGED", "failed", message, { cure: ["Run the command again when it is complete."] });
}
