import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that stands in for one on the internet, and notes who asked for what. */
export interface StandIn extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly IncomingMessage[];
}

interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** @param pages By path with query, or by path alone; 404 for others. `ORIGIN` in a body is this server's own. */
export async function standIn(pages: Readonly<Record<string, Page | string>>): Promise<StandIn> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    const url = request.url ?? "";
    const found = pages[url] ?? pages[url.split("?")[0] ?? ""];
    const { status = 200, headers = {}, body = "" } = typeof found === "string" ? { body: found } : (found ?? nothing);
    response.writeHead(status, headers).end(body.replaceAll("ORIGIN", `http://${request.headers.host}`));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const nothing: Page = { status: 404, body: "not here" };
