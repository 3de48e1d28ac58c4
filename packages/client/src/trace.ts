/** One line of `--debug`: a request and how it ended, without secrets. */
export interface TraceEntry {
  readonly method: string;
  /** Secrets in the query and in front of the host are replaced by `[secret]`. */
  readonly url: string;
  /** Until the answer's headers came, in milliseconds. */
  readonly ms: number;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Code of a connection error, when there was no answer. */
  readonly error?: string | undefined;
}

/** Query parameters that open something: signatures of S3 and TempURL, tokens, codes of OAuth. */
const secretParameters =
  /^(x-amz-signature|x-amz-security-token|x-amz-credential|awsaccesskeyid|signature|temp_url_sig|.*token|.*secret|.*code|.*code_verifier|state|nonce|password|apikey|key|sig|webidentitytoken)$/i;
const harmless = /^(continuation-token|start-after|key-marker)$/i;

/** The URL as it may be shown to anybody. */
export function redactUrl(url: string): string {
  const [before, query] = splitOnce(url.replace(/^(\w+:\/\/)[^/@?]*@/, "$1[secret]@"), "?");
  if (query === undefined) return before;
  const shown = query.split("&").map((pair) => {
    const [name] = splitOnce(pair, "=");
    return secretParameters.test(name) && !harmless.test(name) ? `${name}=[secret]` : pair;
  });
  return `${before}?${shown.join("&")}`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
