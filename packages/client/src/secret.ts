/**
 * A value that must not be printed. It shows as `[secret]` in strings, JSON and `inspect`; the files that may
 * call {@link Secret.reveal} are listed in `scripts/check-secrets.ts`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Only where bytes are written for a server, a state file or a command made to print it. */
  reveal(): string {
    return this.#value;
  }

  /** Derives a new secret, for example a header from a token, without the value leaving this class. */
  map(derive: (value: string) => string): Secret {
    return new Secret(derive(this.#value));
  }

  /** True when both hold the same value. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  static {
    // A computed method name would need an annotation under `isolatedDeclarations`.
    Object.defineProperty(Secret.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value: (): string => "[secret]",
    });
  }
}
