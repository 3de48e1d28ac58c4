/** A server that `npm run peers` brings up. */
export interface Peer {
  readonly name: string;
  /** Peers that must be up before this one. */
  readonly needs: readonly string[];
  /** Debian packages. */
  readonly packages: readonly string[];
  /** Its processes, in the order in which they start. */
  readonly services: readonly string[];
  /** Where clients reach it. */
  readonly address: string;
  /** Of the installed or built server, undefined when there is none. */
  version(): string | undefined;
  /** Configures and starts it, and waits until it answers. Nothing changes when it is up already. */
  up(): Promise<void>;
}
