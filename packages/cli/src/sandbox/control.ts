import type { Published } from "./running.ts";

export interface ControlAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks the running sandbox something only its owner may. Always direct: no proxy has business with loopback.
 *
 * @throws Error when it does not answer within 5 s.
 */
export async function askControl(
  { authUrl, controlSecret }: Pick<Published, "authUrl" | "controlSecret">,
  method: "GET" | "POST",
  operation: "status" | "token" | "stop",
  body = "",
): Promise<ControlAnswer> {
  const { request } = await import("node:http");
  const url = new URL(`/sandbox/control/${operation}`, authUrl);
  const headers = { Authorization: `Bearer ${controlSecret}`, "Content-Length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false, timeout: 5000 }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    asking.on("timeout", () => asking.destroy(new Error("the sandbox does not answer")));
    asking.on("error", reject);
    asking.end(body);
  });
}
