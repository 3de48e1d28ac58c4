#!/usr/bin/env node
"use strict";
// Plain old JavaScript, so that a Node too old for the bundle still gets a sentence instead of a SyntaxError.
var version = process.versions.node.split(".").map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  console.error("fedbucket needs Node 22.18 or newer; this is " + process.version + " at " + process.execPath);
  process.exit(1);
}
var dist = require("node:path").join(__dirname, "../dist");
if (!require("node:fs").existsSync(dist + "/fedbucket.cjs")) {
  console.error("fedbucket is not built in this checkout yet. Run: npm run build");
  process.exit(1);
}
// What everybody begins with, and what tools call all day.
if (process.argv[2] === "connect" || process.argv[2] === "credentials")
  require("./load-compiled.cjs")(dist, process.argv[2]);
else require("../dist/fedbucket.cjs");
