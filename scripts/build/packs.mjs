// Puts chunks that are wanted together into one file: one read and one code cache in place of dozens.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What the usual starts load, in their order. A pack is the chunks of these modules and of all that they import, without
 * those of the packs before it; what is imported dynamically needs a line of its own. Every other chunk is a file by
 * itself. packages/cli/test/start-up.test.ts holds that the main job needs these files and no others.
 */
const PACKS = [
  {
    // `heddle app-server` until it has answered `initialize`.
    file: "main.cjs",
    modules: [
      "cli/src/main.ts",
      "cli/src/command-line.ts",
      "cli/src/command-line/app-server.ts",
      "cli/src/commands/app-server.ts",
    ],
  },
  {
    // The first thread and the first turn, as long as it runs no command.
    file: "engine.cjs",
    modules: [
      "cli/src/runtime/runtime.ts",
      "app-server/src/handlers/index.ts",
      "app-server/src/decode-main-job.ts",
      "models/src/wire/responses/adapter.ts",
      "smol-toml/dist/index.js",
    ],
  },
];

/**
 * Writes the chunks of a bundle into `dir`, packed. A file is an expression, so that `vm.Script` gives its value, and a
 * CommonJS module as well, which Node 22 and later compile with a cache of their own.
 */
export async function writePacked(chunks, dir) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const packed = new Set();
  const files = PACKS.map(({ file, modules }) => {
    const members = closureOf(
      modules.map((module) => chunkOf(module, chunks)),
      byName,
    ).filter(({ fileName }) => !packed.has(fileName));
    for (const { fileName } of members) packed.add(fileName);
    return { file, members };
  });
  const [first, ...later] = files;
  const fileOf = Object.fromEntries(
    later.flatMap(({ file, members }) => members.map(({ fileName }) => [fileName, file])),
  );
  await writeFile(join(dir, first.file), textOf(first.members, `fileOf: ${JSON.stringify(fileOf)},\n`));
  for (const { file, members } of later) await writeFile(join(dir, file), textOf(members));
  for (const chunk of chunks)
    if (!packed.has(chunk.fileName)) await writeFile(join(dir, chunk.fileName), textOf([chunk]));
}

function chunkOf(module, chunks) {
  const found = chunks.find(({ modules }) => modules.some((path) => path.endsWith(`/${module}`)));
  if (found === undefined) throw new Error(`${module} is in no chunk: mend the packs in scripts/build/packs.mjs`);
  return found;
}

/** These chunks and what they import, each behind what it needs. */
function closureOf(chunks, byName, into = new Set()) {
  for (const chunk of chunks) {
    if (into.has(chunk)) continue;
    closureOf(
      chunk.imports.map((name) => byName.get(name)).filter((imported) => imported !== undefined),
      byName,
      into,
    );
    into.add(chunk);
  }
  return [...into];
}

function textOf(members, head = "") {
  const chunks = members.map(
    ({ fileName, code }) =>
      `${JSON.stringify(fileName)}: function (exports, require, module, __filename, __dirname) {\n${code}\n}`,
  );
  return `(typeof module === "object" ? module : {}).exports = {\n${head}chunks: {\n${chunks.join(",\n")}\n}\n};\n`;
}
