import { selfCommand } from "../self.ts";

/**
 * The command line by which tools borrow a profile's keys. Absolute: it runs without a shell, from cron and from kernels
 * with an empty PATH.
 */
export const credentialProcess = (profile: string): string =>
  commandLine([...selfCommand(), "credentials", "--profile", profile]);

/**
 * Quotes only what must be: the AWS SDK for Go v1 (Debian's rclone, s5cmd) takes a quoted word at the beginning for the
 * whole command. `env` in front of one is understood by all of them.
 */
export function commandLine(words: readonly string[], platform: string = process.platform): string {
  const line = words.map((word) => (isPlain(word, platform) ? word : `"${word.replaceAll('"', '\\"')}"`)).join(" ");
  return line.startsWith('"') && platform !== "win32" ? `/usr/bin/env ${line}` : line;
}

/** Backslashes are Windows's separators, and escapes elsewhere. */
const isPlain = (word: string, platform: string): boolean =>
  (platform === "win32" ? /^[\w./:\\@+-]+$/ : /^[\w./:@+-]+$/).test(word);
