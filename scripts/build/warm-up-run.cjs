// One warm-up run, in a process of its own: node warm-up-run.cjs DIST ARGUMENTS...
"use strict";

const { join } = require("node:path");

const [dist, ...args] = process.argv.slice(2);
const { createLoader } = require(join(dist, "..", "bin", "loader.cjs"));
const loader = createLoader(dist);
process.on("exit", () => loader.writeCache());
loader.require("./main.cjs").main(args);
