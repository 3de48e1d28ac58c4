import type { ServerResponse } from "node:http";
import { free } from "../free.ts";
import type { ServiceResponse } from "./service.ts";

/**
 * Writes an answer. Rejects, leaving the response unfinished, when its body fails or has another length than announced:
 * the caller then destroys the connection, so that no client takes a part for the whole.
 */
export async function send(response: ServerResponse, answer: ServiceResponse, isHead: boolean): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) {
    response.setHeader(name, value.includes("\n") ? value.split("\n") : value);
  }
  const { body } = answer;
  if (typeof body === "string" || body instanceof Uint8Array || body === undefined) {
    sendWhole(response, body, isHead);
  } else if (isHead) {
    response.end();
  } else {
    await sendStream(response, body);
  }
}

function sendWhole(response: ServerResponse, body: string | Uint8Array | undefined, isHead: boolean): void {
  const hasNoLength = response.statusCode === 204 || response.statusCode === 304 || (isHead && body === undefined);
  if (!hasNoLength && !response.hasHeader("Content-Length")) {
    response.setHeader("Content-Length", body === undefined ? 0 : Buffer.byteLength(body));
  }
  response.end(isHead ? undefined : body);
}

async function sendStream(response: ServerResponse, body: AsyncIterable<Uint8Array>): Promise<void> {
  const announced = response.getHeader("Content-Length");
  let sent = 0;
  for await (const chunk of body) {
    if (response.destroyed) return; // leaving the loop closes the body
    sent += chunk.length;
    await written(response, chunk);
    if (!response.destroyed) free(chunk); // else the socket may still hold it
  }
  if (announced !== undefined && Number(announced) !== sent) {
    throw new Error(`body of ${sent} bytes where ${String(announced)} were announced`);
  }
  response.end();
}

/** Resolves when the system has the chunk, or nobody wants it any more. */
function written(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("close", done);
      resolve();
    };
    response.once("close", done);
    response.write(chunk, done);
  });
}
