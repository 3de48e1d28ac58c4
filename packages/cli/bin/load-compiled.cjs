"use strict";
// Loads the bundle with what V8 compiled of it the last time, kept beside it as Python keeps its .pyc files.
// docs/decisions/compiled-code.md says why, and why for some commands only.
const { accessSync, constants: modes, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { constants, Script } = require("node:vm");

/** The one file without a digest in its name: what was kept for it could be that of another version. */
const first = "fedbucket.cjs";

module.exports = function loadCompiled(dist, command) {
  const folder = join(dist, "compiled", `${process.version}-${process.arch}`, command);
  const modules = new Map();
  const missing = new Map();

  function load(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const filename = join(dist, name);
    const requireFromHere = (id) => (id.startsWith("./") ? load(id.slice(2)) : require(id));
    compile(name, filename).runInThisContext()(module.exports, requireFromHere, module, filename, dist);
    return module.exports;
  }

  function compile(name, filename) {
    const code = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "utf8")}\n})`;
    const cachedData = name === first ? undefined : readKept(join(folder, name));
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    // What was kept for another Node V8 refuses and compiles anew.
    const script = new Script(code, { filename, cachedData, importModuleDynamically });
    if (name !== first && (cachedData === undefined || script.cachedDataRejected)) missing.set(name, script);
    return script;
  }

  process.on("exit", (status) => {
    if (status === 0 && missing.size > 0) keep(folder, missing);
  });
  load(first);
};

/** After the work, when the functions that it took are compiled as well. An installation that is not ours to change stays as it is. */
function keep(folder, scripts) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, modes.W_OK);
    for (const [name, script] of scripts) {
      const temporary = join(folder, `${name}.${process.pid}`);
      const data = script.createCachedData();
      writeFileSync(temporary, Buffer.concat([data, data]));
      renameSync(temporary, join(folder, name));
    }
  } catch {
    // the next start takes as long as this one
  }
}

/**
 * What was kept, if it is undamaged. V8 checks no more than its beginning and length, and crashes on the rest; so it is
 * kept twice, and the halves must agree. That takes far less time than a checksum.
 */
function readKept(file) {
  try {
    const both = readFileSync(file);
    const data = both.subarray(0, both.length / 2);
    return data.equals(both.subarray(data.length)) ? data : undefined;
  } catch {
    return undefined;
  }
}
