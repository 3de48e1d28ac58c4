import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { RedirectListener } from "../session/code-login.ts";
import { chainFailure } from "../session/failures.ts";

const path = "/callback";

/** People may have to find their password, and a second factor. */
const usualLimitMs = 600_000;

/** Takes the answer of a sign-in on a free loopback port, once; every other request is a stranger's. */
export async function listenForRedirect(
  signal?: AbortSignal,
  limitMs: number = usualLimitMs,
): Promise<RedirectListener> {
  const answer = Promise.withResolvers<URLSearchParams>();
  answer.promise.catch(() => undefined); // it is awaited later, and may fail before
  const server = process.getBuiltinModule("node:http").createServer((request, response) => {
    const url = URL.parse(request.url ?? "", "http://127.0.0.1");
    const isAnswer = request.method === "GET" && url?.pathname === path && url.searchParams.has("state");
    response.writeHead(isAnswer ? 200 : 404, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
    });
    response.end(isAnswer ? page : "");
    if (isAnswer) answer.resolve(url.searchParams);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = (): void => answer.reject(signal?.reason);
  const timer = setTimeout(() => answer.reject(timedOut()), limitMs);
  signal?.addEventListener("abort", stop);
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    answer: answer.promise,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      server.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 500).unref(); // the page may still be on its way
    },
  };
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>fedbucket</title><h1>Back to the terminal</h1><p>The answer has arrived. You can close this page.</p></html>
`;

const timedOut = (): Error =>
  chainFailure("LOGIN_TIMED_OUT", "nobody signed in within ten minutes", {
    cure: ["Is the browser on another machine? Sign in with a code: fedbucket login"],
  });
