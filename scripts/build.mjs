// `npm run build`: bundles the command and the library into packages/cli/dist.
//
//   main.cjs and chunks   the `heddle` command, CommonJS, because that is what Node 20 can keep a code cache for;
//                         each dynamic import of the source is a chunk that loads when it is reached, from a file of
//                         its own or from one for all that the main job needs, see build/packs.mjs
//   embed.js and chunks   the library for Node programs, an ES module
//   helper/               the sandbox helper of each processor; without it a packed command has one rung less
//   THIRD-PARTY-LICENSES.txt
//   code-cache/           what V8 compiled in a short warm-up run, see packages/cli/bin/loader.cjs
//
// The result replaces the last one when it is complete: a build that fails leaves a command that works.
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { stripVTControlCharacters } from "node:util";
import { bundle, writeChunks } from "./build/bundle.mjs";
import { licenseNotices } from "./build/licenses.mjs";
import { APART, writePacked } from "./build/packs.mjs";
import { warmUp } from "./build/warm-up.mjs";

const root = join(import.meta.dirname, "..");
const cli = join(root, "packages", "cli");
const dist = join(cli, "dist");
const helper = join(root, "packages", "sandbox", "helper");
const HELPER_TARGETS = ["linux-x64", "linux-arm64"];
const staging = join(root, "node_modules", `.heddle-build-${process.pid}`);

try {
  await build();
} catch (error) {
  console.error(`build failed: ${process.stderr.isTTY ? error.message : stripVTControlCharacters(error.message)}`);
  process.exitCode = 1;
} finally {
  await rm(staging, { recursive: true, force: true });
}

async function build() {
  const startedAt = performance.now();
  const next = join(staging, "next");
  const { version } = JSON.parse(await readFile(join(cli, "package.json"), "utf8"));
  const define = { __HEDDLE_VERSION__: JSON.stringify(version) };
  const command = await bundle({ input: { main: join(cli, "src", "main.ts") }, format: "cjs", define, apart: APART });
  const library = await bundle({ input: { embed: join(cli, "src", "embed.ts") }, format: "es", define });
  await writeChunks(library, next);
  await writePacked(command, next);
  const modules = [...command, ...library].flatMap((chunk) => chunk.modules);
  await writeFile(join(next, "THIRD-PARTY-LICENSES.txt"), licenseNotices(modules));
  for (const target of HELPER_TARGETS)
    await cp(join(helper, target), join(next, "helper", target), { recursive: true });
  const cached = await warmUp(next);

  await mkdir(dist, { recursive: true });
  await rename(dist, join(staging, "last"));
  await rename(next, dist);
  report("command", command);
  report("library", library);
  console.log(`code cache  ${cached}`);
  console.log(`built in ${(performance.now() - startedAt).toFixed(0)} ms`);
}

function report(name, [entry, ...lazy]) {
  const lazyBytes = lazy.reduce((sum, chunk) => sum + chunk.code.length, 0);
  const sizes = `${entry.fileName} ${kilobytes(entry.code.length)}, ${lazy.length} chunks ${kilobytes(lazyBytes)}`;
  console.log(`${name.padEnd(11)} ${sizes}`);
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
