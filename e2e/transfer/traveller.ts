import { join } from "node:path";
import type { SandboxOptions } from "@fedbucket/sandbox";
import { expect } from "vitest";
import { type PersonAtSandbox, personAtSandbox, type Ran } from "../harness/person.ts";

export interface Traveller extends PersonAtSandbox {
  /** One command line that must end with this code. Default 0. Its events are what came as JSON lines. */
  go(words: string, code?: number): Promise<Ran & { readonly events: readonly Event[] }>;
  at(path: string): string;
}

interface Event {
  readonly event: string;
  readonly key: string;
  readonly [name: string]: unknown;
}

/** A person who is connected and has the bucket `moved`. */
export async function traveller(options: SandboxOptions = {}): Promise<Traveller> {
  const person = await personAtSandbox(options);
  async function go(words: string, code = 0) {
    const ran = await person.run(words.split(" "));
    expect({ words, ...ran }).toMatchObject({ code });
    const events = ran.stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Event);
    return { ...ran, events };
  }
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await person.sandbox.token() });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  await go("mb s3://moved");
  person.forgetRequests();
  return Object.assign(person, { go, at: (path: string) => join(person.home, path) });
}
