import type { CatalogEntry } from "../keystone/catalog.ts";
import type { Ec2Credential } from "../keystone/ec2-credentials.ts";
import type { Project } from "../keystone/projects.ts";
import type { Person } from "../oidc/userinfo.ts";
import type { Leak, Verdict } from "../leaks/leak.ts";
import type { Secret } from "../secret.ts";
import type { Provider, S3Credentials } from "../store/credentials.ts";
import type { StoreAccount } from "../store/store.ts";
import type { SwiftAccess } from "../swift/account.ts";
import { type AccessToken, accessToken, keepLogin, loginWith } from "./access-token.ts";
import { isFresh, notConnected } from "./chain.ts";
import type { Ended } from "./end-leak.ts";
import type { Finding } from "./examine.ts";
import type { AskedBucket, BucketDeed } from "./examine-bucket.ts";
import { createKeys, deleteKeys, listKeys } from "./keys-link.ts";
import type { KeyPair } from "./import-keys.ts";
import { listProjects, logIn, type ProjectAccess, projectAccess, rolesIn, siteCatalog } from "./keystone-link.ts";
import type { Lendable } from "./lending.ts";
import { isForProfile, makeKeys, proveRemembered, remakeKeys } from "./make-keys.ts";
import type { PastedToken } from "./pasted-token.ts";
import { usernameIn } from "./prefix-rule.ts";
import type { Profile } from "./profile.ts";
import { s3EndpointIn, storageUrlIn } from "./endpoint.ts";
import { prover } from "./prove.ts";
import type { Rotated } from "./rotate.ts";
import type { Keys, ProfileState, StoreEndpoint } from "./state.ts";
import { storeInWords } from "./store-words.ts";
import { type SessionOptions, Turns } from "./turns.ts";
import { whoami } from "./whoami.ts";

/** What `connect` leaves behind. */
export interface Connected {
  /** Keystone's; an STS store has none. */
  readonly project?: NonNullable<ProfileState["project"]>;
  readonly keys: Keys;
  readonly endpoint: StoreEndpoint;
  /** The keys were remembered from before, and work. */
  readonly remembered: boolean;
}

/**
 * One connection: the chain access token, Keystone token, keys, store. Each link is made when it is first needed, kept
 * between commands until shortly before it expires, and made again once when a server refuses it. Only one process at
 * a time makes links of a profile. What only some commands need is loaded when it is called.
 */
export class Session {
  readonly profile: Profile;
  readonly #options: SessionOptions;
  readonly #turns: Turns;
  #swift: SwiftAccess | undefined;
  /** Of the person who was connected before; put back when the new one's chain does not come about. */
  #displaced: ProfileState | undefined;

  constructor(options: SessionOptions) {
    this.profile = options.profile;
    this.#options = options;
    this.#turns = new Turns(options);
  }

  /** The profile's name, as in `s3://` paths and `~/.aws/config`. */
  get name(): string {
    return this.profile.name;
  }

  /** What is remembered. Makes no request. */
  state(): Promise<ProfileState> {
    return this.#turns.state();
  }

  /**
   * Makes the whole chain and proves its end with a signed request: one request when it was made before, at most six
   * when not (with an access token in hand; two where the store lends keys itself).
   */
  async connect(): Promise<Connected> {
    try {
      return await this.#makeChain();
    } catch (error) {
      if (this.#displaced !== undefined) await this.#turns.putBack(this.#displaced);
      throw error;
    } finally {
      this.#displaced = undefined;
    }
  }

  #makeChain(): Promise<Connected> {
    return this.#turns.exclusive(async (chain) => {
      const remembered = await proveRemembered(chain);
      const make = remembered === "refused" ? remakeKeys : makeKeys;
      const keys = typeof remembered === "object" ? remembered : await make(chain);
      const { project, endpoint } = chain.state;
      if (endpoint === undefined) throw notConnected(this.profile);
      return { ...(project && { project }), endpoint, keys, remembered: keys === remembered };
    });
  }

  /** What there is of a refresh token is not kept any longer. */
  async forgetRefreshToken(): Promise<void> {
    await this.#turns.exclusive(async (chain) => {
      if (chain.state.login?.refreshToken !== undefined) await keepLogin(chain, chain.state.login);
    });
  }

  /** Uses a token that the person handed over. */
  async adopt(pasted: PastedToken, source: string): Promise<void> {
    await this.#turns.exclusive(async (chain) => keepLogin(chain, await loginWith(chain, pasted, source)));
  }

  /**
   * Sets aside what belongs to another person than this, until `connect` has succeeded for the new one. True when there
   * was something.
   */
  async makeRoomFor(subject: string): Promise<boolean> {
    const state = await this.state();
    const before = state.federated?.subject ?? state.login?.subject;
    if (before === undefined || before === subject) return false;
    this.#displaced = state;
    await this.forget();
    return true;
  }

  /** Signs in anew with the person's help, whatever is remembered. */
  async signIn(): Promise<void> {
    const { signIn } = this.#options.asking ?? {};
    if (signIn === undefined) throw notConnected(this.profile);
    await this.#turns.exclusive(async (chain) => keepLogin(chain, await signIn(chain)));
  }

  /** An access token that is still good for a minute. */
  accessToken(): Promise<AccessToken> {
    return this.#turns.exclusive((chain) => accessToken(chain));
  }

  /** Who the issuer says the person is, and in which groups. */
  person(): Promise<Person> {
    return this.#turns.exclusive(async (chain) => (await whoami(chain)).who);
  }

  /** Which membership the person lacks at this moment; undefined for a member. The login is renewed where it can be. */
  missingMembership(): Promise<Error | undefined> {
    return this.#turns.exclusive(async (chain) => (await import("./membership-now.ts")).missingNow(chain));
  }

  /** Keys that work, to lend to tools; the membership behind them is renewed when it is time to. */
  lendable(): Promise<Lendable> {
    return this.#turns.saving(async (chain) => (await import("./lending.ts")).lendableKeys(chain));
  }

  /** Tries every link for real; one finding each, in the order of the chain. `tell` is called with each as it comes. */
  async examine(tell: (finding: Finding) => void): Promise<Finding[]> {
    const { examine } = await import("./examine.ts");
    return this.#turns.saving(async (chain) => {
      const findings: Finding[] = [];
      for (const next of examine(chain)) {
        const finding = await next;
        findings.push(finding);
        tell(finding);
      }
      return findings;
    });
  }

  /** Tries what may be done in a bucket; `isSigning` is false where the keys do not work. @throws StoreError `STORE_BAD_NAME` */
  async examineBucket(asked: AskedBucket, isSigning: boolean): Promise<Finding<BucketDeed>[]> {
    const { examineBucket } = await import("./examine-bucket.ts");
    return this.#turns.saving((chain) => examineBucket(chain, asked, isSigning));
  }

  /** Puts a new pair of keys in the place of the one in use, so that at no moment neither works. */
  async rotateKeys(): Promise<Rotated> {
    const { rotateKeys } = await import("./rotate.ts");
    return this.#turns.saving((chain) => rotateKeys(chain, prover(chain)));
  }

  /** Logs in at Keystone anew, which renews the person's membership at the site. */
  async renew(): Promise<void> {
    await this.#turns.saving(logIn);
  }

  /** The person's projects at the site, with what the person is in each. */
  projectsWithRoles(): Promise<readonly (Project & { readonly roles: readonly string[] })[]> {
    return this.#turns.saving(async (chain) => {
      const projects = await listProjects(chain);
      return Promise.all(projects.map(async (project) => ({ ...project, roles: await rolesIn(chain, project.id) })));
    });
  }

  catalog(): Promise<readonly CatalogEntry[]> {
    return this.#turns.saving(siteCatalog);
  }

  /** A token of the project. `refused` is one that a server just refused. */
  access(refused?: Secret): Promise<ProjectAccess> {
    return this.#turns.saving((chain) => projectAccess(chain, refused));
  }

  /** All of the person's keys at the site; `ours` are those made by fedbucket for this profile. */
  async keys(): Promise<{ readonly all: readonly Ec2Credential[]; readonly ours: readonly string[] }> {
    return this.#turns.saving(async (chain) => {
      const all = await listKeys(chain, await projectAccess(chain));
      return { all, ours: chain.state.madeKeys };
    });
  }

  /** Takes keys that the person made elsewhere, in a store's console for one. @throws Failure `KEYS_IMPORT_REFUSED` */
  async importKeys(pair: KeyPair): Promise<Connected> {
    return this.#turns.exclusive(async (chain) => {
      const keys =
        chain.profile.sts === undefined
          ? await (await import("./import-keys.ts")).importKeystoneKeys(chain, pair)
          : await (await import("./sts-link.ts")).importedKeys(chain, pair);
      const { project, endpoint } = chain.state;
      if (endpoint === undefined) throw notConnected(this.profile);
      return { ...(project && keys.imported !== true && { project }), endpoint, keys, remembered: false };
    });
  }

  createKeys(): Promise<Ec2Credential> {
    return this.#turns.exclusive(async (chain) => {
      const created = await createKeys(chain, await projectAccess(chain));
      await chain.save();
      return created;
    });
  }

  /** False when there was no such key. */
  deleteKeys(accessKeyId: string): Promise<boolean> {
    return this.#turns.exclusive(async (chain) => deleteKeys(chain, await projectAccess(chain), accessKeyId));
  }

  /** Credentials for S3. After `refused` others are found, or the same ones proven anew. */
  readonly credentials: Provider<S3Credentials> = async ({ refused } = {}) => {
    const clock = (): Date => this.#now();
    const working = (state: ProfileState): Keys | undefined => {
      const { keys } = state;
      if (keys === undefined || keys.accessKeyId === refused?.accessKeyId) return undefined;
      return isForProfile({ profile: this.profile, state, clock }, keys) ? keys : undefined;
    };
    const known = refused === undefined ? working(await this.state()) : undefined;
    if (known !== undefined) return known;
    return this.#turns.exclusive(async (chain) => {
      const current = working(chain.state);
      if (current !== undefined) return current; // healed by another process
      return refused === undefined ? makeKeys(chain) : remakeKeys(chain);
    });
  };

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }

  /** The same record as long as the token is the same, so that those refused together renew it together. */
  readonly #swiftAccess: Provider<SwiftAccess> = async ({ refused } = {}) => {
    const { scoped, endpoint } = await this.state();
    const fresh = scoped !== undefined && isFresh(scoped.expiresAt, this.#options.http.now());
    if (endpoint === undefined || !fresh || refused !== undefined) {
      const { token } = await this.access(refused?.token);
      return (this.#swift = { storageUrl: storageUrlIn(this.profile, await this.endpoint()), token });
    }
    if (this.#swift?.token === scoped.id) return this.#swift;
    return (this.#swift = { storageUrl: storageUrlIn(this.profile, endpoint), token: scoped.id });
  };

  /** Where the store is. Makes the chain as far as the catalog when it is not known yet. */
  async endpoint(): Promise<StoreEndpoint> {
    const { sts } = this.profile;
    const known = sts === undefined ? (await this.state()).endpoint : { s3Url: sts.url, region: sts.region };
    if (known !== undefined) return known;
    await this.access();
    const { endpoint } = await this.state();
    if (endpoint === undefined) throw notConnected(this.profile);
    return endpoint;
  }

  /** The object store at the end of the chain. */
  async account(via: "s3" | "swift" = "s3"): Promise<StoreAccount> {
    const { http, crypto } = this.#options;
    const endpoint = await this.endpoint();
    const { keys, project } = await this.state();
    const placeAt = (url: string): string => `${url}\n${keys?.projectId ?? project?.id ?? ""}`;
    if (via === "s3") {
      const { s3Account } = await import("../store/s3-account.ts");
      const { credentials } = this;
      const username = usernameIn(await this.state());
      const s3 = s3EndpointIn(this.profile, endpoint);
      const inWords = storeInWords({ profile: this.profile, url: s3.url, username });
      return s3Account({ http, crypto, endpoint: s3, place: placeAt(s3.url), credentials, inWords });
    }
    const url = storageUrlIn(this.profile, endpoint);
    const inWords = storeInWords({ profile: this.profile, url });
    const { swiftAccount } = await import("../store/swift-account.ts");
    const isRgw = /\/swift\/v1(\/|$)/.test(url);
    return swiftAccount({
      http,
      crypto,
      access: this.#swiftAccess,
      place: placeAt(url),
      inSegments: !isRgw,
      inWords,
    });
  }

  /** Whether secrets that lie in files still open something. */
  async judgeLeaks(leaks: readonly Leak[]): Promise<readonly Verdict[]> {
    const { judgeLeaks } = await import("./judge-leak.ts");
    return this.#turns.saving((chain) => judgeLeaks(chain, leaks));
  }

  /** Ends such a secret at the server that gave it. */
  async endLeak(leak: Leak, verdict: Verdict): Promise<Ended> {
    const { endLeak } = await import("./end-leak.ts");
    return this.#turns.exclusive((chain) => endLeak(chain, leak, verdict));
  }

  /** Ends what can be ended at the servers, as far as they can be reached, and forgets the login. */
  async logout(): Promise<void> {
    const { endAtServers } = await import("./end-login.ts");
    await this.#turns.exclusive(async (chain) => {
      await endAtServers(chain).catch(() => undefined); // an unreachable server must not keep anybody signed in here
      const { login: _, federated: __, scoped: ___, ...rest } = chain.state;
      chain.state = rest;
      await chain.save();
    });
  }

  /** Forgets everything on this machine. */
  async forget(): Promise<void> {
    await this.#turns.forget();
  }
}
