import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { signIn } from "../demo/browser.ts";
import { dist, executable, tool } from "./places.ts";
import { openLab } from "./jupyter.ts";
import { type Person, personWith } from "./sandbox.ts";
import { mustRun } from "../harness/run.ts";

test("in a terminal of JupyterLab a person signs in and lists buckets", async () => {
  await using person = await personWith(executable, installed);
  await using lab = await openLab(person.env);
  await using terminal = await lab.openTerminal();
  terminal.type("fedbucket connect sandbox\r");
  const [, link = ""] = await terminal.shows(/Sign in at: +(\S+user_code=\S+)/);
  await signIn(link, { username: "alice", passphrase: person.passphrase });
  await terminal.shows(/Connected: these keys can/);
  terminal.type("fedbucket ls\r");
  expect((await terminal.shows(/input-data\r\ntest-gey\r\n/)).length).toBe(1);
});

/** As the installer says, line in the shell's start-up file included: terminals of JupyterLab are login shells. */
async function installed(home: string): Promise<void> {
  const { stdout } = await mustRun(["sh", join(dist, "install.sh")], { env: { HOME: home, PATH: "/usr/bin:/bin" } });
  const [line = ""] = /^ *export PATH=.*$/m.exec(stdout) ?? [];
  await writeFile(join(home, ".profile"), `${line}\n`);
}

test("in a notebook a person signs in with !fedbucket, without a keyboard", async () => {
  await using person = await personWith(executable);
  let isSignedIn = false;
  const output = await runCells(person, ["!fedbucket connect sandbox", "!fedbucket ls"], {
    env: { ...person.env, PATH: `${join(executable, "..")}:/usr/bin:/bin` },
    async onOutput(text) {
      const [, link] = /Sign in at: +(\S+user_code=\S+)/.exec(text) ?? [];
      if (link === undefined || isSignedIn) return;
      isSignedIn = true;
      await signIn(link, { username: "alice", passphrase: person.passphrase });
    },
  });
  expect(output).toContain("Connected: these keys can");
  expect(output).toContain("input-data");
});

test("in a kernel that was started with an empty environment, tools get their keys", async () => {
  await using person = await personWith(executable);
  await person.connect();
  const cells = [
    "import os; print(sorted(os.environ.get('PATH', '')), 'AWS_PROFILE' in os.environ)",
    "import boto3; print([bucket['Name'] for bucket in boto3.client('s3').list_buckets()['Buckets']])",
    `!${executable} ls`,
  ];
  const output = await runCells(person, cells, { env: person.env, emptyKernel: true });
  expect(output).toContain("[] False");
  expect(output).toContain("'input-data'");
  expect(output).toContain("\ninput-data");
});

interface CellOptions {
  readonly env: Readonly<Record<string, string>>;
  /** The kernel gets HOME and nothing else. */
  readonly emptyKernel?: boolean;
  /** Told everything that was printed so far, as it comes. */
  readonly onOutput?: (text: string) => Promise<void>;
}

/** Prints what the cells print while they run. */
const runner = `
import sys, json, nbclient, nbformat
class Client(nbclient.NotebookClient):
    def process_message(self, message, cell, index):
        content = message["content"]
        if message["msg_type"] == "stream": print(content["text"], end="", flush=True)
        return super().process_message(message, cell, index)
cells = [nbformat.v4.new_code_cell(source) for source in json.load(sys.stdin)]
Client(nbformat.v4.new_notebook(cells=cells), kernel_name=sys.argv[1], timeout=90).execute()
`;

async function runCells(
  { home }: Person,
  cells: string[],
  { env, emptyKernel, onOutput }: CellOptions,
): Promise<string> {
  if (emptyKernel === true) await writeKernel(home);
  const child = spawn(tool("python"), ["-c", runner, emptyKernel === true ? "empty" : "python3"], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  const reactions: Promise<void>[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (onOutput !== undefined) reactions.push(onOutput(output));
  });
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.end(JSON.stringify(cells));
  const code = await new Promise((resolve) => child.on("close", resolve));
  await Promise.all(reactions);
  expect({ code, errors: code === 0 ? "" : errors }).toEqual({ code: 0, errors: "" });
  return output;
}

async function writeKernel(home: string): Promise<void> {
  const folder = join(home, ".local/share/jupyter/kernels/empty");
  await mkdir(folder, { recursive: true });
  const python = [tool("python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"];
  const argv = ["/usr/bin/env", "-i", `HOME=${home}`, ...python];
  await writeFile(join(folder, "kernel.json"), JSON.stringify({ argv, display_name: "empty", language: "python" }));
}
