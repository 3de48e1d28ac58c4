import { createHttp, type Http, usualRetries } from "@fedbucket/client";
import { nodeTransport } from "@fedbucket/client/node";
import type { Context } from "./context.ts";
import { traceTo } from "./trace.ts";
import { version } from "./version.ts";

interface AnonymousOptions {
  readonly debug?: boolean | undefined;
  readonly caBundle?: string | undefined;
  /** Default: the client's own. */
  readonly connectTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
  /** False: an answer is taken as it comes. Default true. */
  readonly retries?: boolean;
}

/** For what needs no account: nothing that it sends may carry a token. */
export function anonymousHttp(context: Context, options: AnonymousOptions): Http {
  const { debug, caBundle, connectTimeoutMs, idleTimeoutMs, retries = true } = options;
  const { env, now } = context;
  return createHttp({
    transport: nodeTransport({
      env,
      caBundle: caBundle ?? env["FEDBUCKET_CA_BUNDLE"],
      userAgent: `fedbucket/${version}`,
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    }),
    now,
    mayReceiveBearer: () => false,
    retry: retries ? usualRetries : { ...usualRetries, retries: 0 },
    ...(debug === true ? { trace: traceTo(context.stderr) } : {}),
  });
}
