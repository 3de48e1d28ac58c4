import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Checkin } from "./checkin/checkin.ts";
import type { PublicClient, RelyingParty } from "./checkin/clients.ts";
import type { Person } from "./checkin/people.ts";
import { loadSigningKey } from "./checkin/signing-key.ts";
import { type Control, controlPrefix, controlService } from "./control.ts";
import { openDatabase } from "./database.ts";
import { type FaultFunction, withFaults } from "./http/fault.ts";
import { type Listener, listen } from "./http/server.ts";
import type { Service } from "./http/service.ts";
import type { Minio } from "./minio/minio.ts";
import type { Keystone } from "./keystone/keystone.ts";
import { identityProvider, projects, protocol, region } from "./keystone/projects.ts";
import type { Storage } from "./storage/storage.ts";

export interface SandboxOptions {
  /** Takes this port for Check-in and Keystone, the next one for the object store, and the one after for the second store. Default: free ports. */
  readonly port?: number;
  /** Default `127.0.0.1`. Anything else shows the sandbox, its people and its data to the network. */
  readonly host?: string;
  /** Where people, keys and objects live on between starts. Default: in memory, gone at the end. */
  readonly folder?: string;
  /** What goes wrong, and when. Default: nothing. */
  readonly fault?: FaultFunction;
  /** Life of an access token; default 3600, as Check-in's. */
  readonly accessTokenSeconds?: number;
  /**
   * How long EC2 keys work after the last federated login; default 86400. 0 is Keystone's own default: keys are made and
   * never work.
   */
  readonly authorizationTtlSeconds?: number;
  /** How long the object store goes on trusting a key that was deleted; default 300 as RGW, 0 not at all. */
  readonly secretCacheSeconds?: number;
  /** False makes Check-in refuse the device grant. Default true. */
  readonly deviceGrant?: boolean;
  /** Web applications that let people sign in at Check-in, a JupyterHub for example. Default: none. */
  readonly relyingParties?: readonly RelyingParty[];
  /** Clients for a device login of somebody's, in place of fedbucket's. Default: none. */
  readonly publicClients?: readonly PublicClient[];
  /** How often a device may ask whether it is let in; default 1 (Check-in: 5). */
  readonly deviceIntervalSeconds?: number;
  /** Lets the owner's other commands reach this one. Default: nobody. */
  readonly control?: Control;
  /** Told of defects: what a service threw. The client gets a 500. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
}

export interface SandboxPerson {
  /** What is typed to sign in. */
  readonly name: string;
  readonly username: string;
  readonly fullName: string;
  /** Who this is in the play. */
  readonly description: string;
  readonly entitlements: readonly string[];
}

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  readonly issuer: string;
  /** Keystone's, with `/v3`. */
  readonly authUrl: string;
  readonly identityProvider: string;
  readonly protocol: string;
  /** Of the VO's first project. */
  readonly projectId: string;
  /** The Swift endpoint of the catalog. */
  readonly storageUrl: string;
  readonly s3Endpoint: string;
  /** Of the catalog. Signatures may name any; `us-east-1` suits most clients. */
  readonly region: string;
  /** The second store, as MinIO: S3 with keys that its STS lends. */
  readonly minio: {
    readonly url: string;
    /** For tokens of `clientId`. */
    readonly roleArn: string;
    /** An access key as this person makes it in the console. */
    consoleKey(username: string): { readonly accessKeyId: string; readonly secretAccessKey: string };
    /** Ends keys behind their owner's back. False: there were none. */
    deleteKey(accessKeyId: string): boolean;
  };
  readonly vo: string;
  /** The public client registered for fedbucket. */
  readonly clientId: string;
  /** A confidential client, for a Keystone behind mod_auth_openidc that relies on this issuer. */
  readonly relyingParty: { readonly clientId: string; readonly clientSecret: string };
  /** Everybody's. */
  readonly passphrase: string;
  /** The first is a member of the VO; sign-ups come last. */
  readonly people: readonly SandboxPerson[];
  /**
   * A fresh access token, as if the person had signed in.
   *
   * @param person A name, user name or `sub`; default the first person.
   * @throws RangeError when there is nobody of that name.
   */
  token(person?: string): Promise<string>;
  /** Deletes an EC2 credential behind its owner's back; the object store refuses it at once. False: there was none. */
  deleteKey(accessKeyId: string): boolean;
  /** Ends. Running requests get a second. */
  close(): Promise<void>;
}

interface Services {
  readonly checkin: Checkin;
  readonly keystone: Keystone;
  readonly objects: Service;
  readonly minio: Minio;
}

interface Listeners {
  readonly identity: Listener;
  readonly objects: Listener;
  readonly minio: Listener;
}

/**
 * Starts a federated cloud on loopback. Many can run in one process; each has its own ports and state.
 *
 * @throws Error with `code` `EADDRINUSE` and `port` when a port is taken; Error when the folder is in use.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const started = new Endings();
  try {
    const database = openDatabase(options.folder);
    started.defer(() => database.close());
    // Both take a while, away from this thread or from the disk: they run while the code below loads.
    const signingKey = loadSigningKey(database);
    signingKey.catch(() => {}); // reported where it is awaited
    const storage = await openStorageFor(options.folder);
    started.defer(() => storage.close());
    const second = await openStorageFor(options.folder && join(options.folder, "minio"));
    started.defer(() => second.close());
    const services = Promise.withResolvers<Services>();
    services.promise.catch(() => {});
    const listeners = await bind(options, services.promise, started);
    services.resolve(await loadServices(options, { database, storage, second, signingKey, ...listeners }));
    await makeContainers(database, storage);
    return describe(await services.promise, listeners, started);
  } catch (error) {
    await started.run();
    throw error;
  }
}

async function openStorageFor(folder: string | undefined): Promise<Storage> {
  const { openStorage } = await import("./storage/open.ts");
  return openStorage(folder === undefined ? { memory: true } : { folder });
}

/** What must end, last first; once. `AsyncDisposableStack` without the need for Node 24. */
class Endings {
  #endings: (() => void | Promise<void>)[] = [];

  defer(ending: () => void | Promise<void>): void {
    this.#endings.push(ending);
  }

  async run(): Promise<void> {
    const endings = this.#endings.reverse();
    this.#endings = [];
    for (const ending of endings) await ending();
  }
}

/** Three listeners; requests that come before the services are there wait for them. */
async function bind(options: SandboxOptions, services: Promise<Services>, started: Endings): Promise<Listeners> {
  const { port, host, fault, onError = warn } = options;
  const open = async (name: keyof Listeners, at: number | undefined, service: Service): Promise<Listener> => {
    const harmed = fault === undefined ? service : withFaults(service, name, fault);
    const listener = await listen({ service: harmed, onError, ...(at && { port: at }), ...(host && { host }) });
    started.defer(() => listener.close());
    return listener;
  };
  const control = options.control && controlService(options.control, async (name) => tokenOf(await services, name));
  const identity = await open("identity", port, async (request) => {
    if (control !== undefined && request.path.startsWith(controlPrefix)) return control(request);
    const { checkin, keystone } = await services;
    return (checkin.find(request) ?? (() => keystone.service(request)))();
  });
  const objects = await open("objects", port && port + 1, async (request) => (await services).objects(request));
  const minio = await open("minio", port && port + 2, async (request) => (await services).minio.service(request));
  return { identity, objects, minio };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error), "SandboxWarning");
}

async function loadServices(
  options: SandboxOptions,
  parts: Pick<Listeners, "identity" | "objects"> & {
    database: DatabaseSync;
    storage: Storage;
    second: Storage;
    signingKey: ReturnType<typeof loadSigningKey>;
  },
): Promise<Services> {
  const { database, storage, second, signingKey, identity, objects } = parts;
  const { createCheckin } = await import("./checkin/checkin.ts");
  const { createKeystone } = await import("./keystone/keystone.ts");
  const { createS3 } = await import("./s3/service.ts");
  const { createSwift } = await import("./swift/swift.ts");
  const { createMinio } = await import("./minio/minio.ts");
  const checkin = await createCheckin({ ...options, origin: identity.origin, database, signingKey });
  const site = { origin: identity.origin, storageUrl: `${objects.origin}/swift/v1` };
  const keystone = createKeystone({ ...options, site, database, introspect: (token) => checkin.introspect(token) });
  const s3 = createS3({ storage, identity: keystone.identity });
  const swift = createSwift({ storage, identity: keystone.identity });
  const isSwift = (path: string): boolean => path === "/swift" || path.startsWith("/swift/");
  const minio = createMinio({ storage: second, database, issuer: checkin });
  return { checkin, keystone, minio, objects: (request) => (isSwift(request.path) ? swift : s3)(request) };
}

async function makeContainers(database: DatabaseSync, storage: Storage): Promise<void> {
  if (database.prepare("select 1 from setting where name = 'containers'").get() !== undefined) return;
  for (const { id: projectId, containers } of projects) {
    for (const name of containers) {
      if ((await storage.findBucket(name)) === undefined) await storage.createBucket({ name, projectId });
    }
  }
  database.prepare("insert into setting (name, value) values ('containers', 'made')").run();
}

function describe(services: Services, { identity, objects, minio: third }: Listeners, started: Endings): Sandbox {
  const { checkin, keystone, minio } = services;
  const close = (): Promise<void> => started.run();
  return {
    issuer: checkin.issuer,
    authUrl: `${identity.origin}/v3`,
    identityProvider,
    protocol,
    projectId: projects[0].id,
    storageUrl: `${objects.origin}/swift/v1`,
    s3Endpoint: objects.origin,
    region,
    minio: {
      url: third.origin,
      roleArn: minio.roleArn,
      consoleKey: (username) => minio.consoleKey(username),
      deleteKey: (accessKeyId) => minio.deleteKey(accessKeyId),
    },
    vo: projects[0].name,
    clientId: checkin.clientId,
    relyingParty: checkin.relyingParty,
    passphrase: checkin.passphrase,
    get people() {
      return checkin.people.list().map(toSandboxPerson);
    },
    token: (person) => tokenOf(services, person),
    deleteKey(accessKeyId) {
      keystone.identity.forgetKey(accessKeyId);
      return keystone.state.deleteCredential(accessKeyId);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function toSandboxPerson({ username, name, description, entitlements }: Person): SandboxPerson {
  return { name: username, username, fullName: name, description, entitlements };
}

async function tokenOf({ checkin }: Services, who?: string): Promise<string> {
  const people = checkin.people.list();
  const wanted = who?.trim().toLowerCase();
  const person =
    wanted === undefined
      ? people[0]
      : people.find(({ username, sub, name }) => [username, sub, name.toLowerCase()].includes(wanted));
  if (person === undefined) {
    throw new RangeError(
      `there is nobody named ${who}; there are ${people.map(({ username }) => username).join(", ")}`,
    );
  }
  return checkin.token(person);
}
