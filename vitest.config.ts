import { defineConfig } from "vitest/config";

const source = { resolve: { conditions: ["source"] }, ssr: { resolve: { conditions: ["source"] } } };

// Time limits end what hangs; they judge no speed, so they are far above what anything takes.
export default defineConfig({
  ...source,
  test: {
    projects: [
      {
        ...source,
        test: { name: "unit", include: ["packages/*/test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        ...source,
        test: { name: "e2e", include: ["e2e/test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        ...source,
        test: {
          name: "transfer",
          include: ["e2e/transfer/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "clients",
          include: ["e2e/clients/**/*.test.ts", "e2e/their-clients/packaged/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "compiled-clients",
          include: ["e2e/their-clients/compiled/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "connected",
          include: ["e2e/{connected,gateway}/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: { name: "soak", include: ["e2e/soak/**/*.test.ts"], testTimeout: 600_000, fileParallelism: false },
      },
      {
        ...source,
        test: {
          name: "journey",
          include: ["e2e/journey/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "differential",
          include: ["e2e/differential/**/*.test.ts"],
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: { name: "zarr", include: ["e2e/zarr/**/*.test.ts"], hookTimeout: 600_000, fileParallelism: false },
      },
      {
        ...source,
        test: {
          name: "packaging",
          include: ["e2e/packaging/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: { name: "packaging-slow", include: ["e2e/packaging/**/*.slow.ts"], testTimeout: 600_000 },
      },
    ],
  },
});
