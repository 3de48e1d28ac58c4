import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const source = { resolve: { conditions: ["source"] }, ssr: { resolve: { conditions: ["source"] } } };

/** Time limits end what hangs; they judge no speed, so they are far above what anything takes. In seconds. */
function project(name: string, include: string | string[], seconds: number, together = false) {
  const limit = seconds * 1000;
  return {
    ...source,
    test: {
      name,
      include: [include].flat(),
      testTimeout: limit,
      hookTimeout: limit,
      expect: { poll: { timeout: 60_000 } },
      fileParallelism: together,
    },
  } satisfies TestProjectInlineConfiguration;
}

export default defineConfig({
  ...source,
  test: {
    projects: [
      project("unit", "packages/*/test/**/*.test.ts", 60, true),
      project("e2e", "e2e/test/**/*.test.ts", 120, true),
      project("transfer", "e2e/transfer/**/*.test.ts", 180),
      project("clients", ["e2e/clients/**/*.test.ts", "e2e/their-clients/packaged/**/*.test.ts"], 600),
      project("compiled-clients", "e2e/their-clients/compiled/**/*.test.ts", 600),
      project("connected", "e2e/{connected,gateway}/**/*.test.ts", 600),
      project("soak", "e2e/soak/**/*.test.ts", 600),
      project("journey", "e2e/journey/**/*.test.ts", 600),
      project("differential", "e2e/differential/**/*.test.ts", 600),
      project("zarr", "e2e/zarr/**/*.test.ts", 600),
      project("packaging", "e2e/packaging/**/*.test.ts", 600),
      project("packaging-slow", "e2e/packaging/**/*.slow.ts", 600),
    ],
  },
});
