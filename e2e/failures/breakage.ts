import { join } from "node:path";
import type { SandboxOptions } from "@fedbucket/sandbox";
import type { FailureCode, failures, Link } from "@fedbucket/client";
import { fedbucket } from "../harness/cloud.ts";
import { type FaultName, faultSwitch } from "../harness/faults.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { type Ran, run } from "../harness/run.ts";
import { connectByDevice } from "../harness/sign-in.ts";

type Words = string | readonly string[];

/** What a person types, and what they have at hand. */
interface Typed {
  readonly words: Words;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly onStderr?: (text: string) => void;
}

/** How a failure comes about for a person who types the built command. */
export interface Breakage extends Partial<Typed> {
  readonly sandbox?: Omit<SandboxOptions, "fault">;
  /** The person has signed in and connected before it breaks. Default false. */
  readonly connected?: boolean;
  /** Broken when the command runs. */
  readonly fault?: FaultName;
  /** The rest of what comes before; `undo` is called in the end. */
  readonly arrange?: (person: PersonAtSandbox) => Promise<(Partial<Typed> & { undo?: () => void }) | void>;
}

/** One breakage for each code of these links. */
export type Breakages<L extends Link> = Readonly<
  Record<{ [C in FailureCode]: (typeof failures)[C]["link"] extends L ? C : never }[FailureCode], Breakage>
>;

/** Brings it about, and runs the built command with `--json`. */
export async function bringAbout(breakage: Breakage): Promise<Ran> {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ ...breakage.sandbox, fault: breaker.fault });
  if (breakage.connected === true) await connectByDevice(person);
  const { undo, ...arranged } = (await breakage.arrange?.(person)) ?? {};
  if (breakage.fault !== undefined) breaker.break(breakage.fault);
  const { words = "", env = {}, stdin, onStderr } = { ...breakage, ...arranged };
  try {
    return await run([...fedbucket, ...(typeof words === "string" ? words.split(" ") : words), "--json"], {
      env: { ...homeOf(person), ...env },
      cwd: person.home,
      ...(stdin === undefined ? {} : { input: stdin }),
      ...(onStderr === undefined ? {} : { onStderr }),
    });
  } finally {
    undo?.();
  }
}

const homeOf = ({ home }: PersonAtSandbox): Record<string, string> => ({
  PATH: "/usr/bin:/bin",
  HOME: home,
  FEDBUCKET_HOME: join(home, "fedbucket"),
  LANG: "C.UTF-8",
});

/** With a token of this person's, and nobody to ask. */
export const withToken = (words: Words, name?: string): Pick<Breakage, "arrange"> => ({
  arrange: async ({ sandbox }) => ({ words, env: { OIDC_ACCESS_TOKEN: await sandbox.token(name) } }),
});

/** `connect sandbox` with a token at hand, where this is broken. */
export const connecting = (fault: FaultName): Breakage => ({ ...withToken("connect sandbox"), fault });

/** The same on a connection that was made before. */
export const after = (words: Words, fault: FaultName): Breakage => ({ words, fault, connected: true });
