import type { Crypto } from "../crypto.ts";
import type { Http } from "../http.ts";
import type { Asking, Chain, Step } from "./chain.ts";
import { inWords } from "./explain.ts";
import type { Profile } from "./profile.ts";
import type { ProfileState, StateStore } from "./state.ts";
import type { TokenSource } from "./token-sources/source.ts";

export interface SessionOptions {
  readonly profile: Profile;
  readonly http: Http;
  readonly crypto: Crypto;
  readonly store: StateStore;
  /** Places where the person may have left a token, best first. */
  readonly sources?: readonly TokenSource[];
  /** Without it nobody is asked anything, and what needs a person fails. */
  readonly asking?: Asking;
  readonly signal?: AbortSignal;
  /** This machine's clock. Default: the usual one. */
  readonly clock?: () => Date;
  /** Default true. */
  readonly keepsRefreshToken?: boolean;
  /** Called as each link is made. */
  readonly onStep?: (step: Step) => void;
}

/**
 * Lets work on a profile's chain be done one after the other in this process, and by one process at a time. Each begins
 * with the state that the one before wrote.
 */
export class Turns {
  readonly #options: SessionOptions;
  #state: ProfileState | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** As last seen. */
  async state(): Promise<ProfileState> {
    return (this.#state ??= await this.#load());
  }

  exclusive<T>(work: (chain: Chain) => Promise<T>): Promise<T> {
    const { store, signal } = this.#options;
    const turn = this.#last.then(() => store.locked(async () => this.#run(work), signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** As {@link exclusive}; tokens made on the way are kept for the next command. */
  saving<T>(work: (chain: Chain) => Promise<T>): Promise<T> {
    return this.exclusive(async (chain) => {
      const { state } = chain;
      const result = await work(chain);
      if (chain.state !== state) await chain.save();
      return result;
    });
  }

  async forget(): Promise<void> {
    await this.#options.store.locked(() => this.#options.store.remove(), this.#options.signal);
    this.#state = undefined;
  }

  /** Makes this the state again, whatever came of the work in between. */
  async putBack(state: ProfileState): Promise<void> {
    await this.#options.store.locked(() => this.#options.store.save(state));
    this.#state = state;
  }

  async #run<T>(work: (chain: Chain) => Promise<T>): Promise<T> {
    const chain = this.#chain(await this.#load());
    try {
      return await work(chain);
    } catch (error) {
      throw inWords(this.#options.profile, error);
    } finally {
      this.#state = chain.state;
    }
  }

  #chain(state: ProfileState): Chain {
    const { profile, http, crypto, sources = [], asking = {}, signal, store, onStep } = this.#options;
    let since = Date.now(); // `performance` would have to be loaded first, and this is only shown
    const chain: Chain = {
      profile,
      http,
      crypto,
      sources,
      asking,
      clock: this.#options.clock ?? (() => new Date()),
      keepsRefreshToken: this.#options.keepsRefreshToken ?? true,
      ...(signal === undefined ? {} : { signal }),
      state,
      update: (change) => void (chain.state = { ...chain.state, ...change }),
      save: (options) => store.save(chain.state, options),
      step(link, detail) {
        const now = Date.now();
        onStep?.({ link, detail, ms: now - since });
        since = now;
      },
    };
    return chain;
  }

  /** State of another issuer or Keystone (a sandbox that moved, a profile that was edited) is as good as none. */
  async #load(): Promise<ProfileState> {
    const { profile, store } = this.#options;
    const stored = await store.load();
    const same = stored?.issuer === profile.issuer && stored.keystoneUrl === whereKeysComeFrom(profile);
    return same ? stored : emptyState(profile);
  }
}

const emptyState = (profile: Profile): ProfileState => ({
  issuer: profile.issuer,
  keystoneUrl: whereKeysComeFrom(profile),
  madeKeys: [],
});

const whereKeysComeFrom = ({ keystone, sts }: Profile): string => (keystone ?? sts)?.url ?? "";
