import { expect, test } from "vitest";
import { evalLine, setLine, shellOf, unsetLine } from "../../src/variables/shell.ts";

test.each([
  [{ SHELL: "/usr/bin/fish" }, "linux", "fish"],
  [{ SHELL: "/bin/zsh" }, "linux", "bash"],
  [{}, "linux", "bash"],
  [{}, "win32", "powershell"],
  [{ SHELL: "/usr/bin/bash" }, "win32", "bash"],
  [{ SHELL: "/usr/bin/pwsh" }, "linux", "powershell"],
])("the shell of %j on %s is read as %s", (env, platform, shell) => {
  expect(shellOf(env, platform)).toBe(shell);
});

test("a value with quotes, backslashes and a dollar stays what it is in every shell", () => {
  const value = `it's $HOME\\n ‘so’`;
  expect(setLine("bash", "NAME", value)).toBe(`export NAME='it'\\''s $HOME\\n ‘so’'\n`);
  expect(setLine("fish", "NAME", value)).toBe(`set -gx NAME 'it\\'s $HOME\\\\n ‘so’'\n`);
  expect(setLine("powershell", "NAME", value)).toBe(`$env:NAME = 'it''s $HOME\\n ‘‘so’’'\n`);
});

test("each shell has its own words for taking a variable back and for reading what is printed", () => {
  expect([unsetLine("zsh", "A"), unsetLine("fish", "A"), unsetLine("powershell", "A")]).toEqual([
    "unset A\n",
    "set -e A\n",
    "Remove-Item -ErrorAction Ignore Env:A\n",
  ]);
  expect(evalLine("sh", "fedbucket env")).toBe('eval "$(fedbucket env)"');
  expect(evalLine("fish", "fedbucket env")).toBe("fedbucket env | source");
  expect(evalLine("powershell", "fedbucket env")).toBe("fedbucket env | Out-String | Invoke-Expression");
});
