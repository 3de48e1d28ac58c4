import { expect, test } from "vitest";
import { bringUp, withNeeds } from "../../peers/bring-up.ts";

const peers = [
  { name: "database", needs: [] },
  { name: "cache", needs: [] },
  { name: "identity", needs: ["database", "cache"] },
  { name: "store", needs: ["identity"] },
  { name: "other", needs: [] },
] as const;

const named = (...names: readonly string[]) => peers.filter(({ name }) => names.includes(name));

test("whoever is named comes with what it needs, and nothing else, in order", () => {
  expect(withNeeds(named("store"), peers).map(({ name }) => name)).toEqual(["database", "cache", "identity", "store"]);
});

test("each starts after what it needs, and none waits for others", async () => {
  const events: string[] = [];
  const { promise: databaseIsUp, resolve } = Promise.withResolvers<void>();
  const failed = await bringUp(peers, async ({ name }) => {
    events.push(name);
    if (name === "database") await databaseIsUp;
    if (name === "other") resolve();
  });
  expect(failed.size).toBe(0);
  expect(events).toEqual(["database", "cache", "other", "identity", "store"]);
});

test("one that does not come up leaves the others alone, and those that need it say which", async () => {
  const tried: string[] = [];
  const failed = await bringUp(peers, ({ name }) => {
    tried.push(name);
    return name === "cache" ? Promise.reject(new Error("its port is taken")) : Promise.resolve();
  });
  expect(tried).toEqual(["database", "cache", "other"]);
  expect([...failed].map(([{ name }, why]) => [name, why])).toEqual([
    ["cache", "its port is taken"],
    ["identity", "it needs cache, which is not up"],
    ["store", "it needs identity, which is not up"],
  ]);
});
