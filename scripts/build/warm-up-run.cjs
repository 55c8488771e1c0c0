// One warm-up run, in a process of its own: node warm-up-run.cjs DIST ARGUMENTS...
"use strict";

const { createLoader } = require("../../packages/cli/bin/loader.cjs");

const [dist, ...args] = process.argv.slice(2);
const loader = createLoader(dist);
process.on("exit", () => loader.writeCache());
loader.require("main.cjs").main(args);
