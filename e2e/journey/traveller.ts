import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createHttp,
  deviceLogin,
  type Http,
  type HttpRequest,
  type HttpResponse,
  makeProfile,
  s3Account,
  Session,
  type StoreAccount,
  type StoreEndpoint,
  swiftAccount,
  type SwiftAccess,
  type TraceEntry,
} from "@fedbucket/client";
import { fileStateStore, nodeCrypto, nodeTransport } from "@fedbucket/client/node";
import { signIn } from "../demo/browser.ts";
import type { Who } from "./clouds.ts";

/** How the account is looked at, where that is not as usual. */
interface Seen {
  /** Of a proxy in front of the store. */
  readonly origin?: string;
  /** How long ago it is for whoever signs, in seconds. */
  readonly secondsAgo?: number;
}

/** An account to work on with our client, and a count of what that asks the servers. */
export interface Place {
  account(via: "s3" | "swift", seen?: Seen): Promise<StoreAccount>;
  /** The store's own, for both protocols. */
  origin(): Promise<string>;
  /** Does something, and tells which requests that took: `GET /v3/auth/projects 200`. */
  counted<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly requests: readonly string[] }>;
}

/** A person whose session opens a place. */
export interface Traveller extends Place, AsyncDisposable {
  readonly session: Session;
  readonly http: Http;
}

export interface TravellerOptions {
  /** This machine's, right or wrong. */
  readonly clock?: () => Date;
  /** Happens after each answer, before the session gets it. */
  readonly meanwhile?: (request: HttpRequest, answer: HttpResponse) => Promise<void>;
}

export function traveller({ settings, person }: Who, { clock, meanwhile }: TravellerOptions = {}): Traveller {
  const folder = mkdtempSync(join(tmpdir(), "fedbucket-journey-"));
  const seen: string[] = [];
  const transport = nodeTransport({ env: {}, userAgent: "fedbucket-journey" });
  const http = createHttp({
    async transport(request, options) {
      const answer = await transport(request, options);
      await meanwhile?.(request, answer);
      return answer;
    },
    now: () => new Date(),
    mayReceiveBearer: (origin) => new URL(origin).hostname === "127.0.0.1",
    trace: (entry) => void seen.push(inShort(entry)),
  });
  const session = new Session({
    profile: makeProfile("journey", settings),
    http,
    crypto: nodeCrypto(),
    ...(clock === undefined ? {} : { clock }),
    store: fileStateStore(folder, "journey"),
    asking: { signIn: (chain) => deviceLogin(chain, settings.clientId ?? "", ({ url }) => void signIn(url, person)) },
  });
  return {
    session,
    http,
    account: (via, seen) => (seen === undefined ? session.account(via) : otherwise(seen, via, session, http)),
    origin: async () => originOf(await session.endpoint()),
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

/** Both protocols have one; a store that lends keys itself has no Swift. */
const originOf = ({ storageUrl, s3Url }: StoreEndpoint): string => new URL(storageUrl ?? s3Url ?? "").origin;

/** The same account at another address, which is the one that is signed, or at another time. */
async function otherwise(seen: Seen, via: "s3" | "swift", session: Session, usual: Http): Promise<StoreAccount> {
  const { secondsAgo = 0, origin } = seen;
  const http: Http = { ...usual, now: () => new Date(Date.now() - secondsAgo * 1000) };
  const endpoint = await session.endpoint();
  const { s3Url = "", storageUrl = "", region } = endpoint;
  const at = (url: string): string => url.replace(originOf(endpoint), origin ?? originOf(endpoint));
  const crypto = nodeCrypto();
  if (via === "s3")
    return s3Account({ http, crypto, endpoint: { url: at(s3Url), region }, credentials: session.credentials });
  const access = async (): Promise<SwiftAccess> => ({
    storageUrl: at(storageUrl),
    token: (await session.access()).token,
  });
  return swiftAccount({ http, crypto, access });
}

const inShort = ({ method, url, status, error }: TraceEntry): string =>
  `${method} ${new URL(url).pathname} ${status ?? error ?? ""}`;
