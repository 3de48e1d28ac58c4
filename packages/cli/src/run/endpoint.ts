import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@fedbucket/client";
import { type Lent, wireTime } from "../lend.ts";

/** Where programs of this machine borrow keys, if they have the token. */
export interface LendingEndpoint extends AsyncDisposable {
  readonly url: string;
  /** What is sent as `Authorization`. Everybody on the machine can reach the address. */
  readonly token: Secret;
}

/**
 * Serves the container credentials protocol on loopback.
 *
 * @param lend Asked for each request; requests that come while it is busy share its answer.
 * @param onFailure Told why a program got none: AWS clients show little of what an endpoint says.
 * @see AWS SDKs and Tools Reference Guide, "Container credential provider"
 */
export async function startLending(
  lend: () => Promise<Lent>,
  onFailure: (error: unknown) => void,
): Promise<LendingEndpoint> {
  const token = new Secret(randomBytes(32).toString("base64url"));
  const shared = sharing(lend);
  const server = process.getBuiltinModule("node:http").createServer((request, response) => {
    void answer(request, response, token, shared, onFailure);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/credentials`, token, [Symbol.asyncDispose]: () => close(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: Secret,
  lend: () => Promise<Lent>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(body));
  };
  if (!isSame(request.headers.authorization ?? "", token.reveal())) return send(401, { message: "wrong or no token" });
  if (request.method !== "GET" || request.url !== "/credentials") return send(404, { message: "no such thing here" });
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await lend();
    send(200, {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey.reveal(),
      // Keystone's keys have none. botocore wants the field; an empty text would be sent on as a token by Java and obstore.
      Token: sessionToken?.reveal() ?? null,
      Expiration: wireTime(expiresAt),
    });
  } catch (error) {
    onFailure(error);
    send(500, { code: "FedbucketFailed", message: error instanceof Error ? error.message : String(error) });
  }
}

/** Takes as long whatever is sent. */
function isSame(sent: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(sent), digest(token));
}

function sharing<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= work().finally(() => (running = undefined)));
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
