import { expect, test } from "vitest";
import { command } from "../../src/commands/connect.ts";
import { usualOptions } from "../../src/connect/connect.ts";
import { silentContext } from "../silent-context.ts";

test("connect with nothing but a name, which is not parsed, means what its options say", () => {
  const parsed = command(silentContext()).action(() => {});
  parsed.parse(["pangeo"], { from: "user" });
  expect(parsed.opts()).toEqual(usualOptions);
});
