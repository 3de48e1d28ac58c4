import { defineConfig } from "vitest/config";

const source = { resolve: { conditions: ["source"] }, ssr: { resolve: { conditions: ["source"] } } };

export default defineConfig({
  ...source,
  test: {
    projects: [
      { ...source, test: { name: "unit", include: ["packages/*/test/**/*.test.ts"] } },
      {
        ...source,
        test: { name: "e2e", include: ["e2e/test/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        ...source,
        test: {
          name: "clients",
          include: ["e2e/clients/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "connected",
          include: ["e2e/connected/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "journey",
          include: ["e2e/journey/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "packaging",
          include: ["e2e/packaging/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
