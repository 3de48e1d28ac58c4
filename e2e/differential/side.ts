import { request as httpRequest } from "node:http";
import { keystoneOf } from "@fedbucket/client";
import { presign } from "../harness/presign.ts";
import type { Cloud } from "../journey/clouds.ts";
import { traveller } from "../journey/traveller.ts";
import type { Protocol, Request } from "./request.ts";

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server, and somebody who may use it. */
export interface Side extends AsyncDisposable {
  readonly ask: (request: Request) => Promise<Answer>;
  /** What this server calls things by, by the word that stands for it on both sides. */
  readonly words: ReadonlyMap<string, string>;
}

export async function side(cloud: Cloud, protocol: Protocol, bucket: string): Promise<Side> {
  const on = traveller(cloud);
  await on.session.signIn();
  await on.session.connect();
  const { token, userId } = await on.session.access();
  const { keys, scoped } = await on.session.state();
  const { storageUrl = "", s3Url = "" } = await on.session.endpoint();
  const authUrl = keystoneOf(on.session.profile).url;
  const base = { s3: s3Url, swift: storageUrl, identity: authUrl }[protocol];
  const accessKeyId = keys?.accessKeyId ?? "";
  const words = new Map([
    ["bucket", bucket],
    ["user", userId],
    ["project", scoped?.projectId ?? ""],
    ["token", token.reveal()],
    ["access", accessKeyId],
    ["authUrl", authUrl],
    ["host", new URL(base).host],
  ]);
  const putIn = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (all, word: string) => words.get(word) ?? all);
  const credentials = (request: Request, url: string, headers: Record<string, string>): string => {
    if (request.by === "nobody") return url;
    const stranger = request.by === "a stranger";
    if (protocol === "s3") {
      const secretAccessKey = keys?.secretAccessKey.reveal() ?? "";
      return presign({
        method: request.method,
        url,
        headers,
        secretAccessKey,
        accessKeyId: stranger ? "nobodys" : accessKeyId,
      });
    }
    headers["x-auth-token"] = stranger ? "nobodys" : token.reveal();
    return url;
  };
  return {
    words,
    async ask(request) {
      const headers = Object.fromEntries(
        Object.entries(request.headers ?? {}).map(([name, value]) => [name, putIn(value)]),
      );
      const url = credentials(request, base.replace(/\/$/, "") + putIn(request.path), headers);
      const answer = await send(url, request.method, headers, putIn(request.body ?? ""));
      for (const [word, pattern] of Object.entries(request.remember ?? {})) {
        const [, found] = pattern.exec(answer.body) ?? [];
        if (found !== undefined) words.set(word, found);
      }
      return answer;
    },
    async [Symbol.asyncDispose]() {
      for (const id of (await on.session.keys()).ours) await on.session.deleteKeys(id);
      await on[Symbol.asyncDispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

/** By `node:http`, which adds and hides nothing, where fetch does both. */
function send(url: string, method: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length =
      body === "" && method !== "PUT" && method !== "POST" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = httpRequest(url, { method, headers: { ...headers, ...length, connection: "close" } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const headers = Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
        );
        resolve({ status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
