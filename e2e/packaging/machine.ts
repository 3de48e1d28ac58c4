import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustRun, run, type Ran } from "../harness/run.ts";
import { dist, type Root, rootFolder, wheelhouse } from "./places.ts";

/** Ways in which a machine is unlike the usual. */
export interface MachineOptions {
  readonly root: Root;
  /** Nothing can be written below the home folder. */
  readonly readOnlyHome?: boolean;
  /** Nothing can be run from there: the home folder or `/tmp`. */
  readonly noexec?: "home" | "tmp";
  /** As in some containers and batch systems. */
  readonly withoutProc?: boolean;
}

/**
 * A bare system with one user, who has a home folder and no rights. The packages are in `/mnt/dist`, Python wheels in `/mnt/wheels`. It shares
 * the network of this machine, and programs live on between runs.
 */
export interface Machine extends AsyncDisposable {
  /** The user's home folder, as this machine sees it. */
  readonly home: string;
  /** Argv that runs a shell script there. */
  shell(script: string): string[];
  /** The environment of {@link shell} itself. */
  readonly env: Readonly<Record<string, string>>;
  run(script: string): Promise<Ran>;
  /** As `run`, for a script that must succeed. */
  must(script: string, input?: string): Promise<Ran>;
}

export async function bareMachine(options: MachineOptions): Promise<Machine> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "fedbucket-machine-")));
  const { home, tmp } = { home: join(folder, "home"), tmp: join(folder, "tmp") };
  await Promise.all([mkdir(home), mkdir(tmp)]);
  const shell = (script: string): string[] => [
    ...noexecMount(options, { home, tmp }),
    ...bubblewrap(options, { home, tmp }),
    "sh",
    "-c",
    script,
  ];
  return {
    home,
    shell,
    env: systemPath,
    run: (script) => run(shell(script), { env: systemPath }),
    must: (script, input = "") => mustRun(shell(script), { env: systemPath, input }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

interface Folders {
  readonly home: string;
  readonly tmp: string;
}

const systemPath = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

const isolation = "--unshare-user --uid 1000 --gid 1000 --unshare-uts --hostname bare --dev /dev --tmpfs /mnt".split(
  " ",
);
const environment = "--clearenv --setenv HOME /home --setenv PATH /usr/bin:/bin --setenv LANG C.UTF-8".split(" ");

/** @see bwrap(1) */
function bubblewrap({ root, withoutProc, readOnlyHome }: MachineOptions, { home, tmp }: Folders): string[] {
  const readOnly = (from: string, to: string): string[] => ["--ro-bind", from, to];
  const proc = withoutProc === true ? ["--tmpfs", "/proc"] : readOnly("/proc", "/proc");
  const binds = [...readOnly(dist, "/mnt/dist"), ...readOnly(wheelhouse, "/mnt/wheels"), "--bind", tmp, "/tmp"];
  const homeBind = [readOnlyHome === true ? "--ro-bind" : "--bind", home, "/home", "--chdir", "/home"];
  return ["bwrap", ...readOnly(rootFolder(root), "/"), ...isolation, ...proc, ...binds, ...homeBind, ...environment];
}

/** bwrap has no such mount of its own; it keeps the flags of what it binds. */
function noexecMount({ noexec }: MachineOptions, folders: Folders): string[] {
  if (noexec === undefined) return [];
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,noexec "$0" && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, folders[noexec]];
}
