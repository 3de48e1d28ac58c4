import { type Stats, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { Secret } from "../secret.ts";
import type { ProfileState, StateStore } from "../session/state.ts";
import { isMissing, writeFileAtomically } from "./atomic-write.ts";
import { cannotRead } from "./cannot-read.ts";
import { withLock } from "./lock.ts";

/** Raised when a file could no longer be read by an older fedbucket. */
const format = 1;

/**
 * The state of one profile, in a file that only its owner can read, in a folder that only its owner can enter.
 *
 * @param waitMs How long another process that has it locked is waited for. Default: as `withLock`.
 */
export function fileStateStore(stateFolder: string, profile: string, waitMs?: number): StateStore {
  const file = stateFile(stateFolder, profile);
  return {
    load: () => loadState(stateFolder, profile),
    async save(state, { synced = true } = {}) {
      await writeFileAtomically(file, encode(state), { mode: 0o600, enforceMode: true, folderMode: 0o700, synced });
    },
    async remove() {
      rmSync(file, { force: true });
    },
    locked: (work, signal) => withLock(`${file}.lock`, work, { signal, waitMs }),
  };
}

/** Held by the process that renews a profile's membership, so that a thousand others leave it to that one. */
export const renewalLock = (stateFolder: string, profile: string): string =>
  `${stateFile(stateFolder, profile)}.renewing.lock`;

const stateFile = (stateFolder: string, profile: string): string => join(stateFolder, "profiles", `${profile}.json`);

/**
 * @throws Failure `STATE_NEWER` (the file stays as it is), `STATE_BROKEN` (it is kept aside), `STATE_EXPOSED`,
 * `STATE_NOT_YOURS`, `CANNOT_READ`
 */
export async function loadState(stateFolder: string, profile: string): Promise<ProfileState | undefined> {
  const file = stateFile(stateFolder, profile);
  const text = await readIfThere(file, checkIsPrivate);
  if (text === undefined) return undefined;
  const stored = decode(text);
  if (stored === undefined) throw await keepAside(file, profile);
  if (stored.format === format) return stored.state;
  throw new Failure("STATE_NEWER", "failed", `${file} was written by a newer fedbucket`, {
    cure: [
      "Use that version, or forget this connection and make it again:",
      `rm ${file} && fedbucket connect ${profile}`,
    ],
  });
}

/** Names of the profiles that have state, sorted. */
export async function connectedProfiles(stateFolder: string): Promise<string[]> {
  const folder = join(stateFolder, "profiles");
  try {
    const names = readdirSync(folder);
    return names.flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -".json".length)] : [])).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw cannotRead(folder, error);
  }
}

/** The profile that a command means when none is named: the one connected last. */
export async function readCurrentProfile(stateFolder: string): Promise<string | undefined> {
  return (await readIfThere(join(stateFolder, "current")))?.trim() || undefined;
}

export async function writeCurrentProfile(stateFolder: string, profile: string): Promise<void> {
  if ((await readCurrentProfile(stateFolder)) === profile) return;
  // Connecting again is all that a power cut would cost, so the disk is not waited for.
  const options = { mode: 0o600, folderMode: 0o700, synced: false };
  await writeFileAtomically(join(stateFolder, "current"), `${profile}\n`, options);
}

export async function forgetCurrentProfile(stateFolder: string, profile: string): Promise<void> {
  if ((await readCurrentProfile(stateFolder)) === profile) rmSync(join(stateFolder, "current"), { force: true });
}

/**
 * Undefined when there is no such file. In the foreground, as everything small: each visit to another thread costs more
 * than reading such a file. `check` is told of its owner and permissions before it is read.
 */
export async function readIfThere(
  file: string,
  check?: (file: string, found: Stats) => void,
): Promise<string | undefined> {
  try {
    if (check !== undefined) check(file, statSync(file));
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error instanceof Failure ? error : cannotRead(file, error);
  }
}

/** Tokens that others can read, or could have put there, are not used. Windows keeps its own lists of who may. */
function checkIsPrivate(file: string, { mode, uid }: Stats): void {
  const me = process.geteuid?.();
  if (me === undefined) return;
  const elsewhere =
    "Where that changes nothing (some shared drives), keep it elsewhere: export FEDBUCKET_HOME=/path/to/folder";
  if (uid !== me) {
    throw new Failure("STATE_NOT_YOURS", "denied", `${file} belongs to another user, so its tokens are not used`, {
      cure: [elsewhere, `Or make it yours: sudo chown ${me} ${file}`],
    });
  }
  if ((mode & 0o077) === 0) return;
  throw new Failure("STATE_EXPOSED", "denied", `${file} can be read by other users, so its tokens are not used`, {
    cure: [elsewhere, "Close it, and sign in again if somebody may have looked:", `chmod 600 ${file}`],
  });
}

function encode(state: ProfileState): string {
  return `${JSON.stringify({ format, state: withSecretsVisible(state) }, undefined, 2)}\n`;
}

/** Each Secret as `{ "secret": "..." }`; `JSON.stringify` by itself would write `[secret]`. */
function withSecretsVisible(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (Array.isArray(value)) return value.map(withSecretsVisible);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSecretsVisible(item)]));
}

function decode(text: string): { format: number; state: ProfileState } | undefined {
  try {
    const stored = JSON.parse(text, (_, value: unknown) => asSecret(value) ?? value) as {
      format?: unknown;
      state?: unknown;
    };
    const { format: version, state } = stored;
    if (typeof version !== "number" || (version === format && !isState(state))) return undefined;
    return { format: version, state: state as ProfileState };
  } catch {
    return undefined; // truncated, or not ours
  }
}

function asSecret(value: unknown): Secret | undefined {
  const secret = typeof value === "object" && value !== null && "secret" in value ? value.secret : undefined;
  return typeof secret === "string" ? new Secret(secret) : undefined;
}

function isState(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { issuer, keystoneUrl, madeKeys } = value as Partial<ProfileState>;
  return typeof issuer === "string" && typeof keystoneUrl === "string" && Array.isArray(madeKeys);
}

async function keepAside(file: string, profile: string): Promise<Failure> {
  const aside = `${file}.broken`;
  renameSync(file, aside);
  return new Failure("STATE_BROKEN", "failed", `${file} was damaged; it is kept as ${aside}`, {
    cure: ["Nothing is lost at the site: connecting again finds the same keys.", `fedbucket connect ${profile}`],
  });
}
