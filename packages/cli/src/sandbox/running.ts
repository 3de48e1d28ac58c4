import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chainFailure } from "@fedbucket/client";
import { cannotWrite, isAlive, readIfThere } from "@fedbucket/client/node";
import { askControl } from "./control.ts";

/** What `sandbox up --json` and `sandbox status --json` print. */
export interface SandboxReport {
  readonly issuer: string;
  readonly authUrl: string;
  readonly identityProvider: string;
  readonly protocol: string;
  readonly projectId: string;
  readonly storageUrl: string;
  readonly s3Endpoint: string;
  readonly region: string;
  /** The second store, which lends keys itself. */
  readonly minio: { readonly url: string; readonly roleArn: string };
  readonly vo: string;
  readonly clientId: string;
  readonly passphrase: string;
  readonly people: readonly {
    readonly name: string;
    readonly username: string;
    readonly fullName: string;
    readonly description: string;
    readonly entitlements: readonly string[];
  }[];
  readonly pid: number;
  /** Where people and objects are kept; null: in memory. */
  readonly folder: string | null;
}

/** A {@link SandboxReport} as it is published, with what lets this person's other commands in. */
export interface Published extends SandboxReport {
  readonly format: 1;
  readonly controlSecret: string;
}

const fileIn = (stateFolder: string): string => join(stateFolder, "sandbox.json");

/** Published by the sandbox that runs; undefined when none does. What a killed one left behind is taken away. */
export async function findRunning(stateFolder: string): Promise<Published | undefined> {
  const published = await readPublished(stateFolder);
  if (published === undefined) return undefined;
  if (isAlive(published.pid) && (await answers(published))) return published;
  await rm(fileIn(stateFolder), { force: true });
  return undefined;
}

/**
 * As {@link findRunning}.
 *
 * @throws Failure `SANDBOX_NOT_RUNNING`
 */
export async function mustBeRunning(stateFolder: string): Promise<Published> {
  const published = await findRunning(stateFolder);
  if (published !== undefined) return published;
  throw chainFailure("SANDBOX_NOT_RUNNING", "no sandbox is running on this machine", {
    cure: ["fedbucket sandbox up --detach"],
  });
}

/**
 * For this person's eyes only: whoever reads it may sign in as anybody.
 *
 * @throws Failure `CANNOT_WRITE`
 */
export async function publish(stateFolder: string, published: Published): Promise<void> {
  try {
    await mkdir(stateFolder, { recursive: true, mode: 0o700 });
    const temporary = join(stateFolder, `.sandbox-${randomBytes(6).toString("hex")}`);
    await writeFile(temporary, `${JSON.stringify(published)}\n`, { mode: 0o600, flag: "wx" });
    await rename(temporary, fileIn(stateFolder));
  } catch (error) {
    throw cannotWrite(fileIn(stateFolder), error);
  }
}

/** Takes the file away, unless another sandbox has published itself since. */
export async function unpublish(stateFolder: string, pid: number): Promise<void> {
  if ((await readPublished(stateFolder))?.pid === pid) await rm(fileIn(stateFolder), { force: true });
}

/** What the file says, whether it is still true or not. */
export async function readPublished(stateFolder: string): Promise<Published | undefined> {
  const text = await readIfThere(fileIn(stateFolder));
  try {
    const value = JSON.parse(text ?? "") as Partial<Published>;
    const isWhole = value.format === 1 && typeof value.pid === "number" && typeof value.controlSecret === "string";
    return isWhole ? (value as Published) : undefined;
  } catch {
    return undefined;
  }
}

/** The pid alone proves nothing: it may be somebody else's by now. */
async function answers(published: Published): Promise<boolean> {
  try {
    return (await askControl(published, "GET", "status")).status === 200;
  } catch {
    return false;
  }
}
