import { Failure, type FailureKind } from "./failure.ts";

interface Trouble {
  /** What Node or OpenSSL call it. */
  readonly names: RegExp;
  readonly code: string;
  readonly kind: FailureKind;
  readonly message: (host: string, name: string) => string;
  readonly cure: readonly string[];
  /** In place of `cure`, for addresses on this machine. */
  readonly localCure?: readonly string[];
}

const troubles: readonly Trouble[] = [
  {
    names: /^(ENOTFOUND|EAI_AGAIN)$/,
    code: "HOST_NOT_FOUND",
    kind: "later",
    message: (host) => `the name ${host} could not be looked up`,
    cure: ["Check the network connection and the spelling of the address. Then find the broken link: fedbucket doctor"],
  },
  {
    names: /^ECONNREFUSED$/,
    code: "CONNECTION_REFUSED",
    kind: "later",
    message: (host) => `nothing answers at ${host}`,
    cure: ["The service may be down, or its port blocked here. Find the broken link: fedbucket doctor"],
    localCure: ["If this is the sandbox, start it: fedbucket sandbox up"],
  },
  {
    names: /^(CONNECT_TIMEOUT|IDLE_TIMEOUT|ETIMEDOUT)$/,
    code: "TIMEOUT",
    kind: "later",
    message: (host) => `${host} did not answer in time`,
    cure: ["Try again later; where a proxy is needed, set HTTPS_PROXY. Find the broken link: fedbucket doctor"],
  },
  {
    names: /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    code: "NETWORK_UNREACHABLE",
    kind: "later",
    message: (host) => `there is no way to ${host} from here`,
    cure: ["Check the network connection. Then find the broken link: fedbucket doctor"],
  },
  {
    names: /^(ECONNRESET|EPIPE|ENETRESET)$/,
    code: "CONNECTION_LOST",
    kind: "later",
    message: (host) => `the connection to ${host} was lost`,
    cure: ["Run the command again. If it stays so, find the broken link: fedbucket doctor"],
  },
  {
    names:
      /^(UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)\w*|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED)$/,
    code: "TLS_UNKNOWN_CA",
    kind: "failed",
    message: (host) => `the certificate of ${host} comes from an authority that is not known here`,
    cure: [
      "Grid sites use IGTF authorities. Get the site's CA file, then run the command again with:",
      "  --ca-bundle /path/to/ca.pem   (or: export FEDBUCKET_CA_BUNDLE=/path/to/ca.pem)",
    ],
  },
  {
    names: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    code: "TLS_FAILED",
    kind: "failed",
    message: (host) => `the certificate of ${host} is not valid at this time`,
    cure: [
      "If this machine's clock is right, tell the site that its certificate is out of date. Look at the clock: date",
    ],
  },
  {
    names: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    code: "TLS_FAILED",
    kind: "failed",
    message: (host) => `the certificate that ${host} shows is for another name`,
    cure: [
      "Check the address. If it is right, something between here and the site answers in its place. Find the broken link:",
      "fedbucket doctor",
    ],
  },
  {
    names: /^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO)/,
    code: "TLS_FAILED",
    kind: "failed",
    message: (host, name) => `no secure connection to ${host} could be made (${name})`,
    cure: [
      "Check that the address begins with the right one of http:// and https://. The one in use is shown by:",
      "fedbucket status",
    ],
  },
  {
    names: /^HPE_/,
    code: "NOT_HTTP",
    kind: "failed",
    message: (host, name) => `what answers at ${host} does not speak HTTP (${name})`,
    cure: ["Check the address and the port. Those in use are shown by: fedbucket status"],
  },
];

/** Turns what a transport rejects with into words. What is no connection trouble is returned as it is. */
export function connectionFailure(error: unknown, url: string): unknown {
  const name = errorCode(error);
  if (name === undefined || error instanceof Failure) return error;
  const trouble = troubles.find(({ names }) => names.test(name));
  if (trouble === undefined) return error;
  const { host } = new URL(url);
  const isLocal = /^(localhost|127\.|\[::1\])/.test(host);
  const cure = (isLocal ? trouble.localCure : undefined) ?? trouble.cure;
  return new Failure(trouble.code, trouble.kind, trouble.message(host, name), { cure, cause: error });
}

/** The `code` of a system or TLS error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
