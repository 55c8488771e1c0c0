#!/usr/bin/env node
// The `heddle` command. Committed, not built: npm links it before the bundle exists.
"use strict";

const { existsSync, writeSync } = require("node:fs");
const { basename, join } = require("node:path");

const dist = join(__dirname, "..", "dist");
const args = process.argv.slice(2);

const calledAsPatch = /^apply_?patch$/.test(basename(process.argv[1]));

if (!calledAsPatch && (args[0] === "--version" || args[0] === "-V")) {
  // Clients ask for it at every start, so it is answered before anything is loaded.
  printNow(`heddle ${require("../package.json").version}\n`);
} else if (!existsSync(join(dist, "main.cjs"))) {
  process.stderr.write(`Error: ${dist} holds no bundle. Run \`npm run build\` in the Heddle checkout.\n`);
  process.exitCode = 1;
} else {
  require("./loader.cjs").createLoader(dist).require("main.cjs").main(args);
}

/** Writes without `process.stdout`, whose making takes 4 of the 27 ms of a start. */
function printNow(text) {
  try {
    writeSync(1, text);
  } catch {
    // A pipe that is full (waits) or closed (nobody reads it); anything else is a failure.
    process.stdout.on("error", ({ code, message }) => {
      if (code === "EPIPE") return;
      process.stderr.write(`Error: the output could not be written: ${message}\n`);
      process.exitCode = 1;
    });
    process.stdout.write(text);
  }
}
