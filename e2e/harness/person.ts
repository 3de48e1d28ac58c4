import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type FaultEvent, type Sandbox, type SandboxOptions, startSandbox } from "@fedbucket/sandbox";
import { type Context, main, type Prompt } from "fedbucket";
import { makeHome } from "./home.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly prompt?: Prompt;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  /** Told of each piece of stderr as it is written. */
  readonly onStderr?: (text: string) => void;
}

/** A person at a machine of their own, with a sandbox running; commands run in this process. */
export interface PersonAtSandbox extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly home: string;
  /** `METHOD /path` of every request since the last call of `forgetRequests`. */
  readonly requests: readonly string[];
  forgetRequests(): void;
  /** One command line: words apart by spaces, or each as it is. */
  run(words: string | readonly string[], options?: RunOptions): Promise<Ran>;
  /** A file of the person's home; undefined when it is not there. */
  read(path: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
  /** Everything the person's browser was told to open. */
  readonly opened: readonly string[];
}

/** Starts a sandbox in memory, and publishes its addresses as `fedbucket sandbox up` does. */
export async function personAtSandbox(options: SandboxOptions = {}): Promise<PersonAtSandbox> {
  const { folder: home, env, ...disposable } = await makeHome();
  const requests: string[] = [];
  const opened: string[] = [];
  const count = (event: FaultEvent): void => {
    if (event.moment === "request") requests.push(`${event.request.method} ${event.request.path}`);
  };
  const sandbox = await startSandbox({
    secretCacheSeconds: 0,
    ...options,
    fault: async (event) => {
      count(event);
      return options.fault?.(event);
    },
  });
  const at = (path: string): string => join(home, path);
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(at(path), ".."), { recursive: true });
    await writeFile(at(path), text, { mode: 0o600 });
  };
  await write("fedbucket/state/sandbox.json", JSON.stringify({ ...sandbox, people: sandbox.people, pid: process.pid }));
  return {
    sandbox,
    home,
    requests,
    opened,
    forgetRequests: () => void requests.splice(0),
    run: (words, given = {}) => runInProcess(words, { ...env, ...given.env }, home, opened, given),
    read: (path) => readFile(at(path), "utf8").catch(() => undefined),
    write,
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await disposable[Symbol.asyncDispose]();
    },
  };
}

/** Runs one command line of a person whose machine this is. */
export async function runInProcess(
  words: string | readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  opened: string[],
  { stdin = "", prompt, signal, now, onStderr }: RunOptions,
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const context: Context = {
    stdin: Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]),
    stdout: { write: (chunk) => out.push(textOf(chunk)) > 0 },
    stderr: {
      write: (chunk) => {
        err.push(textOf(chunk));
        onStderr?.(textOf(chunk));
        return true;
      },
    },
    env,
    cwd,
    signal: signal ?? new AbortController().signal,
    now: now ?? (() => new Date()),
    openBrowser: async (url) => opened.push(url) > 0,
    ...(prompt === undefined ? {} : { prompt }),
  };
  const argv = typeof words === "string" ? words.split(" ").filter(Boolean) : words;
  const code = await main(argv, context);
  return { code, stdout: out.join(""), stderr: err.join("") };
}

const textOf = (chunk: string | Uint8Array): string =>
  typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
