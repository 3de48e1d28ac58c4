import type { Crypto } from "../crypto.ts";
import type { Http } from "../http.ts";
import type { CatalogEntry } from "../keystone/catalog.ts";
import type { Ec2Credential } from "../keystone/ec2-credentials.ts";
import type { Project } from "../keystone/projects.ts";
import { readRevokedToken, revokeTokenRequest } from "../keystone/tokens.ts";
import { readRevocation, revocationRequest } from "../oidc/tokens.ts";
import type { Person } from "../oidc/userinfo.ts";
import type { Provider, S3Credentials, S3Endpoint } from "../store/credentials.ts";
import { StoreError } from "../store/error.ts";
import { s3Account } from "../store/s3-account.ts";
import type { StoreAccount } from "../store/store.ts";
import type { SwiftAccess } from "../swift/account.ts";
import { swiftAccount } from "../store/swift-account.ts";
import type { Secret } from "../secret.ts";
import { type AccessToken, accessToken, discover, keepLogin, loginWith } from "./access-token.ts";
import { type Asking, type Chain, connectCommand, isFresh, type Step, type TokenSource } from "./chain.ts";
import { askUserinfo, inWords } from "./explain.ts";
import { chainFailure } from "./failures.ts";
import { createKeys, deleteKeys, healedKeys, isRefusal, listKeys, provenKeys } from "./keys-link.ts";
import { listProjects, logIn, type ProjectAccess, projectAccess, rolesIn, siteCatalog } from "./keystone-link.ts";
import type { PastedToken } from "./pasted-token.ts";
import type { Profile } from "./profile.ts";
import type { Keys, ProfileState, StateStore, StoreEndpoint } from "./state.ts";

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
  /** Called as each link is made. */
  readonly onStep?: (step: Step) => void;
}

/** What `connect` leaves behind. */
export interface Connected {
  readonly project: NonNullable<ProfileState["project"]>;
  readonly keys: Keys;
  readonly endpoint: StoreEndpoint;
  /** The keys were remembered from before, and work. */
  readonly remembered: boolean;
}

/**
 * One connection: the chain access token, Keystone token, keys, store. Each link is made when it is first needed, kept
 * between commands until shortly before it expires, and made again once when a server refuses it. Only one process at
 * a time makes links of a profile.
 */
export class Session {
  readonly profile: Profile;
  readonly #options: SessionOptions;
  #state: ProfileState | undefined;
  #swift: SwiftAccess | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.profile = options.profile;
    this.#options = options;
  }

  /** The profile's name, as in `s3://` paths and `~/.aws/config`. */
  get name(): string {
    return this.profile.name;
  }

  /** What is remembered. Makes no request. */
  async state(): Promise<ProfileState> {
    return (this.#state ??= await this.#load());
  }

  /**
   * Makes the whole chain and proves its end with a signed request: one request when it was made before, at most six
   * when not.
   */
  async connect(): Promise<Connected> {
    return this.#exclusive(async (chain) => {
      const remembered = await this.#proveRemembered(chain);
      const keys = remembered ?? (await provenKeys(chain, this.#prover(chain)));
      const { project, endpoint } = chain.state;
      if (project === undefined || endpoint === undefined) throw this.#notConnected();
      return { project, endpoint, keys, remembered: remembered !== undefined };
    });
  }

  /** Uses a token that the person handed over. */
  async adopt(pasted: PastedToken, source: string): Promise<void> {
    await this.#exclusive(async (chain) => keepLogin(chain, await loginWith(chain, pasted, source)));
  }

  /** Forgets everything when it belongs to another person than this. True when it did. */
  async makeRoomFor(subject: string): Promise<boolean> {
    const { federated, login } = await this.state();
    const before = federated?.subject ?? login?.subject;
    if (before === undefined || before === subject) return false;
    await this.forget();
    return true;
  }

  /** Signs in anew with the person's help, whatever is remembered. */
  async signIn(): Promise<void> {
    const { signIn } = this.#options.asking ?? {};
    if (signIn === undefined) throw this.#notConnected();
    await this.#exclusive(async (chain) => keepLogin(chain, await signIn(chain)));
  }

  /** An access token that is still good for a minute. */
  accessToken(): Promise<AccessToken> {
    return this.#exclusive((chain) => accessToken(chain));
  }

  /** Who the issuer says the person is, and in which groups. */
  person(): Promise<Person> {
    return this.#exclusive(async (chain) => askUserinfo(chain, (await accessToken(chain)).token));
  }

  /** Logs in at Keystone anew, which renews the person's membership at the site. */
  async renew(): Promise<void> {
    await this.#saving(logIn);
  }

  /** The person's projects at the site, with what the person is in each. */
  projectsWithRoles(): Promise<readonly (Project & { readonly roles: readonly string[] })[]> {
    return this.#saving(async (chain) => {
      const projects = await listProjects(chain);
      return Promise.all(projects.map(async (project) => ({ ...project, roles: await rolesIn(chain, project.id) })));
    });
  }

  catalog(): Promise<readonly CatalogEntry[]> {
    return this.#saving(siteCatalog);
  }

  /** A token of the project. `refused` is one that a server just refused. */
  access(refused?: Secret): Promise<ProjectAccess> {
    return this.#saving((chain) => projectAccess(chain, refused));
  }

  /** All of the person's keys at the site; `ours` are those made by fedbucket for this profile. */
  async keys(): Promise<{ readonly all: readonly Ec2Credential[]; readonly ours: readonly string[] }> {
    return this.#saving(async (chain) => {
      const all = await listKeys(chain, await projectAccess(chain));
      return { all, ours: chain.state.madeKeys };
    });
  }

  createKeys(): Promise<Ec2Credential> {
    return this.#exclusive(async (chain) => createKeys(chain, await projectAccess(chain)));
  }

  /** False when there was no such key. */
  deleteKeys(accessKeyId: string): Promise<boolean> {
    return this.#exclusive(async (chain) => deleteKeys(chain, await projectAccess(chain), accessKeyId));
  }

  /** Credentials for S3. After `refused` others are found, or the same ones proven anew. */
  readonly credentials: Provider<S3Credentials> = async ({ refused } = {}) => {
    const { keys } = await this.state();
    if (keys !== undefined && refused === undefined) return keys;
    return this.#exclusive(async (chain) => {
      const current = chain.state.keys;
      if (current !== undefined && current.accessKeyId !== refused?.accessKeyId) return current; // healed by another process
      const prove = this.#prover(chain);
      return refused === undefined ? provenKeys(chain, prove) : healedKeys(chain, prove);
    });
  };

  /** The same record as long as the token is the same, so that those refused together renew it together. */
  readonly #swiftAccess: Provider<SwiftAccess> = async ({ refused } = {}) => {
    const { scoped, endpoint } = await this.state();
    const fresh = scoped !== undefined && isFresh(scoped.expiresAt, this.#options.http.now());
    if (endpoint === undefined || !fresh || refused !== undefined) {
      const { token } = await this.access(refused?.token);
      this.#swift = { storageUrl: (await this.endpoint()).storageUrl, token };
    } else if (this.#swift?.token !== scoped.id) this.#swift = { storageUrl: endpoint.storageUrl, token: scoped.id };
    return this.#swift;
  };

  /** Where the store is. Makes the chain as far as the catalog when it is not known yet. */
  async endpoint(): Promise<StoreEndpoint> {
    const known = (await this.state()).endpoint;
    if (known !== undefined) return known;
    await this.access();
    const { endpoint } = await this.state();
    if (endpoint === undefined) throw this.#notConnected();
    return endpoint;
  }

  /** The object store at the end of the chain. */
  async account(via: "s3" | "swift" = "s3"): Promise<StoreAccount> {
    const { http, crypto } = this.#options;
    const endpoint = await this.endpoint();
    if (via === "s3") {
      return s3Account({ http, crypto, endpoint: s3EndpointIn(this.profile, endpoint), credentials: this.credentials });
    }
    return swiftAccount({ http, crypto, access: this.#swiftAccess });
  }

  /** Ends what can be ended at the servers, as far as they can be reached, and forgets the login. */
  async logout(): Promise<void> {
    await this.#exclusive(async (chain) => {
      await endAtServers(chain).catch(() => undefined); // an unreachable server must not keep anybody signed in here
      const { login: _, federated: __, scoped: ___, ...rest } = chain.state;
      chain.state = rest;
      await chain.save();
    });
  }

  /** Forgets everything on this machine. */
  async forget(): Promise<void> {
    await this.#options.store.locked(() => this.#options.store.remove(), this.#options.signal);
    this.#state = undefined;
  }

  /** One request with the keys there are; undefined when there are none, or they are refused. */
  async #proveRemembered(chain: Chain): Promise<Keys | undefined> {
    const { keys, project, endpoint } = chain.state;
    const asked = this.profile.project;
    if (keys === undefined || endpoint === undefined || project === undefined) return undefined;
    if (keys.projectId !== project.id || (asked !== undefined && asked !== project.id && asked !== project.name))
      return undefined;
    try {
      const containers = await this.#prover(chain)(keys);
      chain.step("Store", `${endpoint.s3Url} answers; the keys of before still work`);
      return { ...keys, containers };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return healedKeys(chain, this.#prover(chain));
    }
  }

  #prover(chain: Chain): (keys: S3Credentials) => Promise<number> {
    return async (keys) => {
      const { endpoint } = chain.state;
      if (endpoint === undefined) throw this.#notConnected();
      const credentials: Provider<S3Credentials> = async ({ refused } = {}) => {
        if (refused === undefined) return keys;
        throw new StoreError("STORE_UNAUTHENTICATED", "the store refuses these keys");
      };
      const { http, crypto } = this.#options;
      const account = s3Account({ http, crypto, endpoint: s3EndpointIn(this.profile, endpoint), credentials });
      let containers = 0;
      for await (const _ of account.listBuckets(chain.signal === undefined ? {} : { signal: chain.signal }))
        containers++;
      return containers;
    };
  }

  /** One after the other in this process, one process at a time; each begins with what the one before wrote. */
  #exclusive<T>(work: (chain: Chain) => Promise<T>): Promise<T> {
    const { store, signal } = this.#options;
    const turn = this.#queue.then(() => store.locked(async () => this.#run(work), signal));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** As {@link #exclusive}; tokens made on the way are kept for the next command. */
  #saving<T>(work: (chain: Chain) => Promise<T>): Promise<T> {
    return this.#exclusive(async (chain) => {
      const { state } = chain;
      const result = await work(chain);
      if (chain.state !== state) await chain.save();
      return result;
    });
  }

  async #run<T>(work: (chain: Chain) => Promise<T>): Promise<T> {
    const chain = this.#chain(await this.#load());
    try {
      return await work(chain);
    } catch (error) {
      throw inWords(this.profile, error);
    } finally {
      this.#state = chain.state;
    }
  }

  #chain(state: ProfileState): Chain {
    const { profile, http, sources = [], asking = {}, signal, store, onStep } = this.#options;
    let since = performance.now();
    const chain: Chain = {
      profile,
      http,
      sources,
      asking,
      ...(signal === undefined ? {} : { signal }),
      state,
      update: (change) => void (chain.state = { ...chain.state, ...change }),
      save: () => store.save(chain.state),
      step(link, detail) {
        const now = performance.now();
        onStep?.({ link, detail, ms: now - since });
        since = now;
      },
    };
    return chain;
  }

  /** State of another issuer or Keystone (a sandbox that moved, a profile that was edited) is as good as none. */
  async #load(): Promise<ProfileState> {
    const stored = await this.#options.store.load();
    const { issuer, keystone } = this.profile;
    const same = stored?.issuer === issuer && stored.keystoneUrl === keystone.url;
    return same ? stored : emptyState(this.profile, []);
  }

  #notConnected(): Error {
    return chainFailure("NOT_CONNECTED", `${this.name} is not connected`, { cure: [connectCommand(this.profile)] });
  }
}

const emptyState = ({ issuer, keystone }: Profile, madeKeys: readonly string[]): ProfileState => ({
  issuer,
  keystoneUrl: keystone.url,
  madeKeys,
});

function s3EndpointIn(profile: Profile, { s3Url, region, storageUrl }: StoreEndpoint): S3Endpoint {
  if (s3Url !== undefined) return { url: s3Url, region };
  throw chainFailure("ENDPOINT_WITHOUT_S3", `no S3 address can be told from the store's address ${storageUrl}`, {
    cure: [`Swift works: fedbucket ls --via swift --profile ${profile.name}`],
  });
}

async function endAtServers(chain: Chain): Promise<void> {
  const { login, federated, scoped } = chain.state;
  for (const token of [scoped?.id, federated?.unscoped]) {
    if (token === undefined) continue;
    await readRevokedToken(await chain.http.send(revokeTokenRequest(chain.profile.keystone.url, token)));
  }
  if (login?.refreshToken === undefined || login.clientId === undefined) return;
  const { revocationEndpoint } = await discover(chain);
  if (revocationEndpoint === undefined) return;
  await readRevocation(
    await chain.http.send(revocationRequest(revocationEndpoint, login.clientId, login.refreshToken)),
  );
}
