import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { main } from "../../../src/main.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home of its own, in which commands run in this process. */
export class Stage implements AsyncDisposable {
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async set(): Promise<Stage> {
    return new Stage(await mkdtemp(join(tmpdir(), "fedbucket-cli-")));
  }

  /** Runs a command to its end. */
  run(argv: readonly string[], options: { confirm?: boolean } = {}): Promise<Ran> {
    return this.start(argv, options).ended;
  }

  /** Runs a command that stays; `firstOutput` resolves with what it prints first. */
  start(
    argv: readonly string[],
    { confirm }: { confirm?: boolean } = {},
  ): { ended: Promise<Ran>; firstOutput: Promise<string>; interrupt: () => void } {
    const said = { stdout: "", stderr: "" };
    const output = Promise.withResolvers<string>();
    const interruption = new AbortController();
    const stream = (name: "stdout" | "stderr") => ({
      write(chunk: string | Uint8Array) {
        said[name] += String(chunk);
        if (name === "stdout") output.resolve(said.stdout);
        return true;
      },
    });
    const nobody = () => Promise.reject(new Error("nobody is there"));
    const ended = main(argv, {
      stdin: Readable.from([]),
      stdout: stream("stdout"),
      stderr: stream("stderr"),
      env: { PATH: process.env["PATH"], FEDBUCKET_HOME: this.home },
      cwd: this.home,
      signal: interruption.signal,
      now: () => new Date(),
      openBrowser: async () => false,
      ...(confirm === undefined ? {} : { prompt: { secret: nobody, choose: nobody, confirm: async () => confirm } }),
    }).then((code) => ({ code, ...said }));
    void ended.then(() => output.resolve(said.stdout));
    return { ended, firstOutput: output.promise, interrupt: () => interruption.abort() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run(["sandbox", "down"]);
    await rm(this.home, { recursive: true, force: true });
  }
}

/** Two free ports in a row, below the range the system hands out by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 24_000 + Math.floor(Math.random() * 4000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
