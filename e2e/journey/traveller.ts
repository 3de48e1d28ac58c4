import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createHttp,
  deviceLogin,
  type Http,
  makeProfile,
  Session,
  type StoreAccount,
  type TraceEntry,
} from "@fedbucket/client";
import { fileStateStore, nodeCrypto, nodeTransport } from "@fedbucket/client/node";
import { signIn } from "../demo/browser.ts";
import type { Cloud } from "./clouds.ts";

/** An account to work on with our client, and a count of what that asks the servers. */
export interface Place {
  account(via: "s3" | "swift"): Promise<StoreAccount>;
  /** Does something, and tells which requests that took: `GET /v3/auth/projects 200`. */
  counted<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly requests: readonly string[] }>;
}

/** A person whose session opens a place. */
export interface Traveller extends Place, AsyncDisposable {
  readonly session: Session;
  readonly http: Http;
}

export function traveller({ settings, person }: Cloud): Traveller {
  const folder = mkdtempSync(join(tmpdir(), "fedbucket-journey-"));
  const seen: string[] = [];
  const transport = nodeTransport({ env: {}, userAgent: "fedbucket-journey" });
  const http = createHttp({
    transport,
    now: () => new Date(),
    mayReceiveBearer: (origin) => new URL(origin).hostname === "127.0.0.1",
    trace: (entry) => void seen.push(inShort(entry)),
  });
  const session = new Session({
    profile: makeProfile("journey", settings),
    http,
    crypto: nodeCrypto(),
    store: fileStateStore(folder, "journey"),
    asking: { signIn: (chain) => deviceLogin(chain, settings.clientId ?? "", ({ url }) => void signIn(url, person)) },
  });
  return {
    session,
    http,
    account: (via) => session.account(via),
    async counted(work) {
      const before = seen.length;
      const value = await work();
      return { value, requests: seen.slice(before) };
    },
    [Symbol.asyncDispose]: () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

const inShort = ({ method, url, status, error }: TraceEntry): string =>
  `${method} ${new URL(url).pathname} ${status ?? error ?? ""}`;
