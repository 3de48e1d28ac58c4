#!/usr/bin/env node
"use strict";
// Plain old JavaScript, so that a Node too old for the bundle still gets a sentence instead of a SyntaxError.
var version = process.versions.node.split(".").map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  console.error("fedbucket needs Node 22.18 or newer; this is " + process.version + " at " + process.execPath);
  process.exit(1);
}
if (!require("node:fs").existsSync(require("node:path").join(__dirname, "../dist/fedbucket.cjs"))) {
  console.error("fedbucket is not built in this checkout yet. Run: npm run build");
  process.exit(1);
}
require("../dist/fedbucket.cjs");
