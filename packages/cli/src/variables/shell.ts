import { basename } from "node:path";

/** How a shell is told of variables. bash, zsh and sh agree. */
export type Shell = "bash" | "zsh" | "sh" | "fish" | "powershell";

export const shells: readonly Shell[] = ["bash", "zsh", "sh", "fish", "powershell"];

/** The person's shell, as far as a child process can tell; those that read what bash reads are all "bash". */
export function shellOf(env: Readonly<Record<string, string | undefined>>, platform: string = process.platform): Shell {
  const named = basename(env["SHELL"] ?? "");
  if (named === "fish") return "fish";
  if (named === "pwsh" || (named === "" && platform === "win32")) return "powershell";
  return "bash";
}

export function setLine(shell: Shell, name: string, value: string): string {
  if (shell === "fish") return `set -gx ${name} '${value.replace(/[\\']/g, "\\$&")}'\n`;
  // PowerShell takes typographic quotes for quotes, too.
  if (shell === "powershell") return `$env:${name} = '${value.replace(/['‘’‚‛]/g, "$&$&")}'\n`;
  return `export ${name}='${value.replaceAll("'", "'\\''")}'\n`;
}

export function unsetLine(shell: Shell, name: string): string {
  if (shell === "fish") return `set -e ${name}\n`;
  if (shell === "powershell") return `Remove-Item -ErrorAction Ignore Env:${name}\n`;
  return `unset ${name}\n`;
}

/** What to type to have the shell read what a command prints. */
export function evalLine(shell: Shell, command: string): string {
  if (shell === "fish") return `${command} | source`;
  if (shell === "powershell") return `${command} | Out-String | Invoke-Expression`;
  return `eval "$(${command})"`;
}
