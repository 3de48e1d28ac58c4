"use strict";
// What the single executable runs first: loads the chunks of the bundle out of the executable itself. The chunks are those of the
// npm package, byte for byte, and each is compiled only when a command needs it, which is what keeps start-up short.
const { getRawAsset } = require("node:sea");
const { compileFunction, constants } = require("node:vm");

const loaded = new Map();

function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const filename = `/fedbucket/dist/${name}`;
  const code = Buffer.from(getRawAsset(name)).toString("utf8");
  const run = compileFunction(code, ["exports", "require", "module", "__filename", "__dirname"], {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const requireFromChunk = (id) => (id.startsWith("./") ? load(id.slice(2)) : require(id));
  run(module.exports, requireFromChunk, module, filename, "/fedbucket/dist");
  return module.exports;
}

load("fedbucket.cjs");
