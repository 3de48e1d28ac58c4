/** Each code of the table, brought about for somebody who types the built command. */
import { type FailureCode, type FailureKind, failures } from "@fedbucket/client";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../../packages/cli/src/exit.ts";
import { type Breakage, bringAbout } from "../failures/breakage.ts";
import { noLink } from "../failures/no-link.ts";
import { signingIn } from "../failures/signing-in.ts";
import { site } from "../failures/site.ts";
import { store } from "../failures/store.ts";
import { thisMachine } from "../failures/this-machine.ts";

const breakages: Readonly<Record<string, Breakage>> = { ...thisMachine, ...signingIn, ...site, ...store };

/** A command line to type, whole or as the end of a sentence. */
const command = /(^|: )(fedbucket|aws|export|unset|rm|mv|ls|cat|chmod|sudo|date|oidc-add|sed)( \S|$)|--ca-bundle/;

test("every code of the table has a way to bring it about", () => {
  expect(Object.keys(breakages).sort()).toEqual(Object.keys(failures).sort());
});

const kindOf = (code: string): FailureKind | undefined =>
  code in failures ? failures[code as FailureCode].kind : noLink[code]?.kind;

describe.concurrent("the built command", () => {
  test.each(Object.entries({ ...breakages, ...noLink }))("%s", async (code, breakage) => {
    const { code: exit, stderr } = await bringAbout(breakage);
    const last = stderr.trim().split("\n").at(-1) ?? "";
    const { error } = JSON.parse(last.startsWith("{") ? last : JSON.stringify({ error: { code: stderr } })) as {
      error: { code: string; message: string; cure: readonly string[] };
    };
    expect(error.code).toBe(code);
    expect(exit).toBe(exitCodes[kindOf(code) ?? "failed"]);
    expect(error.cure.at(-1)).toMatch(command);
  });
});
