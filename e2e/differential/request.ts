/** One request of a table, the same for both sides. `{bucket}`, `{project}`, `{user}`, `{token}`, `{access}` and what was remembered are put in. */
export interface Request {
  readonly step: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "COPY";
  /** Below the protocol's address. */
  readonly path: string;
  /** Default: the owner, signed or with a token as the protocol has it. */
  readonly by?: "nobody" | "a stranger";
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Names what the first group finds in the answer's body, for later requests. */
  readonly remember?: Readonly<Record<string, RegExp>>;
}

export type Protocol = "s3" | "swift" | "identity";

/** The store whose answers are compared with, or the Keystone before it. */
export type Server = "rgw" | "swift" | "swiftPypi";
