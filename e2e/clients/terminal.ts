import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "../harness/home.ts";
import type { Ran } from "../harness/run.ts";

/** One shell that stays open, as a person's terminal does: what one block exports, the next one sees. */
export interface Terminal extends AsyncDisposable {
  /** Types a block of commands and waits for its end. */
  type(block: string): Promise<Omit<Ran, "bytes">>;
}

export function openTerminal(home: Home): Terminal {
  const shell = spawn("/bin/bash", ["--norc"], { env: home.env, cwd: home.folder, stdio: ["pipe", "pipe", "ignore"] });
  const [stdout, stderr] = [join(home.folder, "terminal.out"), join(home.folder, "terminal.err")];
  const gone = once(shell, "exit");
  return {
    async type(block) {
      const ended = Promise.race([once(shell.stdout, "data"), gone]);
      shell.stdin.write(`{ ${block}\n} </dev/null >'${stdout}' 2>'${stderr}'; echo $?\n`);
      const [code] = (await ended) as [Buffer | number | null];
      return { code: Number(code), stdout: await readFile(stdout, "utf8"), stderr: await readFile(stderr, "utf8") };
    },
    async [Symbol.asyncDispose]() {
      shell.stdin.end();
      await gone;
    },
  };
}
