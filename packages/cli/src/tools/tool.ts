import { chainFailure, type Failure } from "@fedbucket/client";
import { editFile } from "@fedbucket/client/node";
import type { Place } from "../variables/store.ts";

/** The machine, as far as tools look for their files. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
}

export interface OpenstackPlace {
  /** Of Keystone. */
  readonly url: string;
  readonly identityProvider: string;
  readonly protocol: string;
  readonly projectId: string;
}

/** What a tool is told of a connection. No secret. */
export interface Connection extends Place {
  /** Absent where the store lends keys itself. */
  readonly openstack?: OpenstackPlace;
}

/** How one tool is set up for a connection. */
export interface Tool {
  readonly name: string;
  configure(machine: Machine, connection: Connection): Promise<Configured>;
  /** Takes back what `configure` wrote for this profile. */
  undo(machine: Machine, profile: string): Promise<Configured>;
}

export interface Configured {
  /** The file that holds, or held, what was written; absent for a tool that has none. */
  readonly file?: string;
  readonly changed: boolean;
  readonly backup?: string;
  /** What a shell may be told. No secret. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What to type now, and what to know. */
  readonly advice: readonly string[];
}

/** A tool with a text file of settings. */
export interface TextTool {
  readonly name: string;
  readonly file: (machine: Machine) => string | Promise<string>;
  /** The variable that moves the file. */
  readonly movedBy?: string;
  /** The text with the connection in it, and what was there of it before replaced. @throws Failure */
  readonly put: (text: string, connection: Connection, file: string) => string;
  readonly take: (text: string, profile: string) => string;
  readonly advice: (connection: Connection, file: string) => readonly string[];
}

export function textTool({ name, file: fileOf, movedBy, put, take, advice }: TextTool): Tool {
  return {
    name,
    async configure(machine, connection) {
      const file = await fileOf(machine);
      const edited = await editFile(file, (text) => put(text, connection, file), movedBy);
      return { file, ...edited, advice: advice(connection, file) };
    },
    async undo(machine, profile) {
      const file = await fileOf(machine);
      return { file, ...(await editFile(file, (text) => take(text, profile), movedBy)), advice: [] };
    },
  };
}

/** A tool that reads no file of settings, or none that can say where to borrow keys. */
export function wordsTool(
  name: string,
  say: (connection: Connection) => {
    readonly variables?: Readonly<Record<string, string>>;
    readonly advice: readonly string[];
  },
): Tool {
  return {
    name,
    configure: async (_, connection) => ({ changed: false, ...say(connection) }),
    undo: async () => ({ changed: false, advice: [] }),
  };
}

/** Something of the person's has the place that ours would take. */
export function notOurs(file: string, what: string, profile: string): Failure {
  return chainFailure("TOOL_FILE_NOT_OURS", `${file} has ${what} that fedbucket did not write`, {
    cure: ["It stays as it is. Rename it, or give the connection another name:", `fedbucket connect my-${profile}`],
  });
}
