import { defineConfig } from "rolldown";
import { readSource } from "../../scripts/package/source.ts";

// CommonJS, because requiring Node's own modules is what start-up costs; chunks, so that a command loads only its own code.
export default defineConfig({
  input: { fedbucket: "src/bin.ts" },
  platform: "node",
  transform: { define: { FEDBUCKET_COMMIT: JSON.stringify(readSource().commit ?? "") } },
  resolve: { conditionNames: ["source", "require", "node", "import", "default"] },
  output: {
    dir: "dist",
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    cleanDir: true,
    minify: true,
    dynamicImportInCjs: false,
  },
});
