import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { failures } from "../../src/session/failures.ts";

test("every way the chain breaks has a line in the documentation", () => {
  const page = readFileSync(new URL("../../../../docs/troubleshooting.md", import.meta.url), "utf8");
  expect(Object.keys(failures).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
