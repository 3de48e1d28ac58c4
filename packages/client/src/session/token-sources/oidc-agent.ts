import { parseJson } from "../../body.ts";
import { sourceFailed, type TokenSource, type WantedToken } from "./source.ts";

export interface OidcAgentOptions {
  /** `OIDC_AGENT_ACCOUNT`: an account's short name. Default: whichever account belongs to the issuer. */
  readonly account?: string | undefined;
  readonly isThere: () => Promise<boolean>;
  /** Sends one message over the agent's socket; undefined when nobody listens there. */
  readonly ask: (message: string, signal: AbortSignal | undefined) => Promise<string | undefined>;
}

/**
 * A token that oidc-agent makes. It takes plain JSON: it decrypts only when the first message is none.
 *
 * @see oidc-agent, docs/api/api-ipc.md and src/ipc/serveripc.c
 */
export function oidcAgentSource({ account, isThere, ask }: OidcAgentOptions): TokenSource {
  return {
    name: "oidc-agent",
    isLocal: false,
    isThere,
    async read(wanted) {
      const answer = await ask(tokenMessage(wanted, account), wanted.signal);
      return answer === undefined ? undefined : readAnswer(answer);
    },
  };
}

const tokenMessage = ({ issuer, minValidSeconds }: WantedToken, account: string | undefined): string =>
  JSON.stringify({
    request: "access_token",
    ...(account ? { account } : { issuer }),
    min_valid_period: minValidSeconds,
    application_hint: "fedbucket",
  });

function readAnswer(text: string): string {
  const answer = (parseJson(text) ?? {}) as Record<string, unknown>;
  const { status, access_token: token, error, info } = answer;
  if (status === "success" && typeof token === "string") return token;
  const reason = [error, info].filter((words) => typeof words === "string" && words !== "").join("; ");
  throw sourceFailed("oidc-agent", reason || "its answer is not what oidc-agent says", [
    "See its accounts: oidc-add --loaded",
    "Load the one of Check-in: oidc-add egi",
  ]);
}
