import { defineConfig } from "rolldown";
import { readSource } from "../../scripts/package/source.ts";

const { commit = null, date } = readSource();
const source = { commit, date: date.toISOString().slice(0, 10) };

// oidc-provider looks its settings up by the names of its classes.
const keepNames = { class: true, function: false };

// CommonJS, because requiring Node's own modules is what start-up costs; several files, so that a command loads only its own
// code. scripts/package/chunks.ts says what lies together.
export default defineConfig({
  input: { fedbucket: "src/bin.ts" },
  platform: "node",
  preserveEntrySignatures: false,
  transform: { define: { FEDBUCKET_SOURCE: JSON.stringify(source) } },
  resolve: { conditionNames: ["source", "require", "node", "import", "default"] },
  output: {
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    comments: { legal: true, annotation: false, jsdoc: false },
    // Lines stay lines: an uncaught error prints the one it came from.
    minify: { compress: { keepNames }, mangle: { keepNames }, codegen: { removeWhitespace: false } },
    dynamicImportInCjs: false,
  },
});
