import { chainFailure } from "../failures.ts";

/** What a token is wanted for. */
export interface WantedToken {
  readonly issuer: string;
  /** A source that makes tokens should give one that is still good for so long, in seconds. */
  readonly minValidSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** A place where a person may have a token already. */
export interface TokenSource {
  /** In words: `OIDC_ACCESS_TOKEN`, `the file /var/run/secrets/egi.eu/access_token`, `oidc-agent`. */
  readonly name: string;
  /** Reading it asks nobody, so it may be looked at just to see whose token it is. */
  readonly isLocal: boolean;
  /** Whether there is something to read or ask, without doing it. */
  isThere(): Promise<boolean>;
  /**
   * As found; undefined when there is none. Never kept: what put it there may renew it.
   *
   * @throws Failure `TOKEN_SOURCE_HANGS`, `TOKEN_SOURCE_FAILED`, `TOKEN_MALFORMED`
   */
  read(wanted: WantedToken): Promise<string | undefined>;
}

/** No agent, mount or hub is waited for longer than this, in milliseconds. */
const sourceLimitMs = 5000;

/** The same source, which gives up in time. A person's command must never hang because an agent does. */
export function withLimit(source: TokenSource, limitMs: number = sourceLimitMs): TokenSource {
  return {
    name: source.name,
    isLocal: source.isLocal,
    isThere: () => source.isThere(),
    async read(wanted) {
      const limit = new AbortController();
      const signal = wanted.signal === undefined ? limit.signal : AbortSignal.any([wanted.signal, limit.signal]);
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        late.reject(hangs(source.name, limitMs));
        limit.abort();
      }, limitMs);
      try {
        return await Promise.race([source.read({ ...wanted, signal }), late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

const hangs = (name: string, limitMs: number): Error =>
  chainFailure("TOKEN_SOURCE_HANGS", `${name} did not answer within ${limitMs / 1000} s`, {
    cure: [`Restart it, or do without: ${withoutIt(name)}`],
  });

/** A source was there, and would give no token. */
export const sourceFailed = (name: string, reason: string, cure?: readonly string[]): Error =>
  chainFailure("TOKEN_SOURCE_FAILED", `${name} gave no token: ${reason}`, {
    cure: cure ?? [`Mend it, or do without: ${withoutIt(name)}`],
  });

const switches: Readonly<Record<string, string>> = {
  "oidc-agent": "unset OIDC_SOCK",
  mytoken: "unset FEDCLOUD_MYTOKEN",
  "JupyterHub's auth_state": "unset JUPYTERHUB_API_TOKEN",
};

const withoutIt = (name: string): string => switches[name] ?? "fedbucket login";
