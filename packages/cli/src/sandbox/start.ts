import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Failure } from "@fedbucket/client";
import type { Paths } from "@fedbucket/client/node";
import type { Sandbox, SandboxOptions } from "@fedbucket/sandbox";
import type { Context } from "../context.ts";
import { type Published, publish, unpublish } from "./running.ts";

/** Fixed, so that tokens and profiles outlive a restart. The object store takes the next one. */
export const defaultPort = 9321;

export interface UpOptions {
  readonly memory?: boolean;
  readonly port?: number;
  readonly accessTokenSeconds?: number;
  readonly authorizationTtlSeconds?: number;
  readonly secretCacheSeconds?: number;
  readonly deviceIntervalSeconds?: number;
  readonly deviceGrant: boolean;
}

/** A sandbox in this process, published for this person's other commands. */
export interface Started {
  readonly published: Published;
  /** Resolves when one of those commands asks for the end. */
  readonly stopAsked: Promise<void>;
  stop(): Promise<void>;
}

/** @throws Failure `PORT_IN_USE`, `SANDBOX_FOLDER`, `CANNOT_WRITE` */
export async function startPublished(context: Context, paths: Paths, options: UpOptions): Promise<Started> {
  const folder = options.memory === true ? null : join(paths.data, "sandbox");
  const controlSecret = randomBytes(32).toString("hex");
  const { promise: stopAsked, resolve: stop } = Promise.withResolvers<void>();
  const { memory: _memory, port, ...settings } = options;
  const sandbox = await startOn(context, port, {
    ...settings,
    ...(folder === null ? {} : { folder }),
    control: { secret: controlSecret, stop },
    onError: (error) => context.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`),
  });
  const published: Published = { format: 1, ...addresses(sandbox), pid: process.pid, folder, controlSecret };
  try {
    await publish(paths.state, published);
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  return {
    published,
    stopAsked,
    async stop() {
      await unpublish(paths.state, process.pid);
      await sandbox.close();
    },
  };
}

/** On the port asked for; else on the usual one; else, where that is taken, on any. */
async function startOn(context: Context, port: number | undefined, options: SandboxOptions): Promise<Sandbox> {
  const { startSandbox } = await import("@fedbucket/sandbox");
  try {
    return await startSandbox({ ...options, port: port ?? defaultPort });
  } catch (error) {
    const { code, port: taken } = error as { code?: unknown; port?: unknown };
    if (code !== "EADDRINUSE" && code !== "EACCES") throw cannotStart(error);
    if (port !== undefined) throw portTaken(Number(taken), error);
    context.stderr.write(`Port ${String(taken)} is in use; taking others. Tokens from before will not fit them.\n`);
    return startSandbox(options);
  }
}

function portTaken(port: number, cause: unknown): Failure {
  return new Failure("PORT_IN_USE", "failed", `port ${port} is in use by another program, or not yours to take`, {
    cause,
    cure: ["Choose another, or none to let fedbucket choose:", "fedbucket sandbox up --port 20000"],
  });
}

function cannotStart(cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Failure("SANDBOX_FOLDER", "failed", `the sandbox cannot start: ${reason}`, {
    cause,
    cure: [
      "Start one that keeps nothing: fedbucket sandbox up --memory",
      "Or keep everything elsewhere: export FEDBUCKET_HOME=/path/to/folder",
      "Or wipe its people and objects and start anew: fedbucket sandbox reset",
    ],
  });
}

function addresses(sandbox: Sandbox): Omit<Published, "format" | "pid" | "folder" | "controlSecret"> {
  const { issuer, authUrl, identityProvider, protocol, projectId, storageUrl } = sandbox;
  const { url, roleArn } = sandbox.minio;
  const { s3Endpoint, region, vo, clientId, passphrase, people } = sandbox;
  return {
    issuer,
    authUrl,
    identityProvider,
    protocol,
    projectId,
    storageUrl,
    s3Endpoint,
    region,
    minio: { url, roleArn },
    vo,
    clientId,
    passphrase,
    people,
  };
}
