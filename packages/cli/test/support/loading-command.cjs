// The built command as bin/heddle.cjs starts it, which says on standard output what it loads, each thing before it is
// used: node loading-command.cjs ARGUMENTS...
"use strict";

const { writeSync } = require("node:fs");
const { join } = require("node:path");
const { createLoader } = require("../../bin/loader.cjs");

const dist = join(__dirname, "..", "..", "dist");
const loader = createLoader(dist, (name) => writeSync(1, `{"loading":${JSON.stringify(name)}}\n`));
loader.require("main.cjs").main(process.argv.slice(2));
