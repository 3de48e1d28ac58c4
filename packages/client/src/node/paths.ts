import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure.ts";

/** The folders fedbucket keeps its files in. Absolute; they may not exist yet. */
export interface Paths {
  /** `config.toml`: profiles and settings, no secrets. */
  readonly config: string;
  /** Tokens and keys, 0600 in a folder of 0700; the running sandbox's `sandbox.json`. */
  readonly state: string;
  /** May be deleted at any time. */
  readonly cache: string;
  /** The sandbox's people and objects. */
  readonly data: string;
}

/**
 * XDG folders on Linux, the native ones on macOS and Windows; `FEDBUCKET_HOME` moves all of them.
 *
 * @throws Failure `NO_HOME` when neither HOME nor a variable that replaces it is set.
 * @see XDG Base Directory Specification 0.8: relative values are ignored
 */
export function fedbucketPaths(
  env: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): Paths {
  const moved = env["FEDBUCKET_HOME"];
  if (moved) {
    return {
      config: join(moved, "config"),
      state: join(moved, "state"),
      cache: join(moved, "cache"),
      data: join(moved, "data"),
    };
  }
  if (platform === "win32") {
    const roaming = env["APPDATA"] ?? join(home(env), "AppData", "Roaming");
    const local = join(env["LOCALAPPDATA"] ?? join(home(env), "AppData", "Local"), "fedbucket");
    return {
      config: join(roaming, "fedbucket"),
      state: join(local, "state"),
      cache: join(local, "cache"),
      data: join(local, "data"),
    };
  }
  if (platform === "darwin") {
    const support = join(home(env), "Library", "Application Support", "fedbucket");
    return {
      config: support,
      state: join(support, "state"),
      cache: join(home(env), "Library", "Caches", "fedbucket"),
      data: join(support, "data"),
    };
  }
  const xdg = (name: string, fallback: string): string => {
    const value = env[name];
    return join(value?.startsWith("/") ? value : join(home(env), fallback), "fedbucket");
  };
  return {
    config: xdg("XDG_CONFIG_HOME", ".config"),
    state: xdg("XDG_STATE_HOME", ".local/state"),
    cache: xdg("XDG_CACHE_HOME", ".cache"),
    data: xdg("XDG_DATA_HOME", ".local/share"),
  };
}

function home(env: Readonly<Record<string, string | undefined>>): string {
  const folder = env["HOME"] ?? env["USERPROFILE"] ?? safeHomedir();
  if (!folder) {
    throw new Failure("NO_HOME", "usage", "there is no home folder: HOME is not set", {
      cure: ["Set HOME, or keep everything in one folder: export FEDBUCKET_HOME=/path/to/folder"],
    });
  }
  return folder;
}

function safeHomedir(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined; // no passwd entry for this user id, as in many containers
  }
}
