import { spawn } from "node:child_process";
import { once } from "node:events";
import { signIn } from "../demo/browser.ts";

/** Runs `fedbucket connect sandbox`, given as argv, with the person opening the link it prints and signing in as alice. */
export async function connectInBrowser(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  passphrase: string,
): Promise<void> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  let said = "";
  const link = await new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`connect ended with ${code}\n${said}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, found] = /^Sign in at: +(\S+)\n/m.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  await signIn(link, { username: "alice", passphrase });
  const [code] = (await exited) as [number | null];
  if (code !== 0) throw new Error(`connect ended with ${code}\n${said}`);
}
