// `npm run build`: bundles the command and the library into packages/cli/dist.
//
//   main.cjs and chunks   the `heddle` command, CommonJS, because that is what Node 20 can keep a code cache for;
//                         each dynamic import of the source is a chunk that loads when it is reached
//   embed.js and chunks   the library for Node programs, an ES module
//   THIRD-PARTY-LICENSES.txt
//   code-cache/           what V8 compiled in a short warm-up run, see packages/cli/bin/loader.cjs
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { bundle } from "./build/bundle.mjs";
import { licenseNotices } from "./build/licenses.mjs";
import { warmUp } from "./build/warm-up.mjs";

const cli = join(import.meta.dirname, "..", "packages", "cli");
const dist = join(cli, "dist");

const startedAt = performance.now();
await rm(dist, { recursive: true, force: true });
const { version } = JSON.parse(await readFile(join(cli, "package.json"), "utf8"));
const define = { __HEDDLE_VERSION__: JSON.stringify(version) };
const command = await bundle({ input: { main: join(cli, "src", "main.ts") }, dir: dist, format: "cjs", define });
const library = await bundle({ input: { embed: join(cli, "src", "embed.ts") }, dir: dist, format: "es", define });
const modules = [...command, ...library].flatMap((chunk) => chunk.modules);
await writeFile(join(dist, "THIRD-PARTY-LICENSES.txt"), licenseNotices(modules));
const cached = await warmUp(dist);

report("command", command);
report("library", library);
console.log(`code cache  ${cached}`);
console.log(`built in ${(performance.now() - startedAt).toFixed(0)} ms`);

function report(name, chunks) {
  const [entry, ...lazy] = chunks;
  const lazyBytes = lazy.reduce((sum, chunk) => sum + chunk.bytes, 0);
  console.log(
    `${name.padEnd(11)} ${entry.fileName} ${kilobytes(entry.bytes)}, ${lazy.length} chunks ${kilobytes(lazyBytes)}`,
  );
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
