// Puts chunks that are wanted together into one file: one read and one code cache in place of dozens.
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

/**
 * What the usual starts load, in their order. A pack is the chunks of these modules and of all that they import, without
 * those of the packs before it; what is imported dynamically needs a line of its own. Every other chunk is a file by
 * itself. packages/cli/test/start-up.test.ts holds that the main job needs these files and no others.
 */
const PACKS = [
  {
    // `heddle app-server` until it has answered `initialize`; and the small chunk that both of the next two need.
    file: "main.cjs",
    modules: ["cli/src/main.ts", "cli/src/commands/app-server.ts", "config/src/features.ts"],
  },
  {
    // What reads the command lines of everything else, and of a server with options.
    file: "command-line.cjs",
    modules: ["cli/src/command-line.ts", "cli/src/command-line/app-server.ts"],
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
  {
    // The front end of `heddle exec`.
    file: "exec.cjs",
    modules: ["cli/src/command-line/exec.ts", "cli/src/commands/exec.ts"],
  },
  {
    // The client of MCP servers, where some are configured.
    file: "mcp.cjs",
    modules: ["mcp/src/connection/connect.ts"],
  },
  {
    // What judges and runs commands and patches. The engine imports it like anything else; what it gets stands in for the
    // chunk until something in there is touched. Taken out of the chunks that its modules would be in.
    file: "commands.cjs",
    later: true,
    apart: [
      /execpolicy\/src\/(?!rules\/policy|summary\/quote)/,
      /\/unbash\//,
      /apply-patch\/src\/(?!parse\/grammar)/,
      /core\/src\/approvals\/(command|patch)\./,
      /core\/src\/rollout\/reference-/,
      /core\/src\/tools\/(judged-command|patch-in-command|process-report|run-command|run-patch|tampering)/,
      /sandbox\/src\/(bubblewrap|escalation|helper|probe|seatbelt|seccomp)/,
    ],
  },
];

/** What the bundler has to keep apart, by the name of the chunk that it makes of it. */
export const APART = PACKS.flatMap(({ file, apart }) =>
  apart === undefined ? [] : [{ name: basename(file, ".cjs"), modules: apart }],
);

/**
 * Writes the chunks of a bundle into `dir`, packed. A file is an expression, so that `vm.Script` gives its value, and a
 * CommonJS module as well, which Node 22 and later compile with a cache of their own.
 */
export async function writePacked(chunks, dir) {
  const [first, ...others] = packsOf(chunks);
  const head = {
    fileOf: Object.fromEntries(others.flatMap(({ file, members }) => members.map(({ fileName }) => [fileName, file]))),
    later: others.filter(({ later }) => later).map(({ file }) => file),
  };
  await writeFile(join(dir, first.file), textOf(first.members, head));
  for (const { file, members } of others) await writeFile(join(dir, file), outsideOfHeap(textOf(members)));
  const packed = new Set([first, ...others].flatMap(({ members }) => members));
  for (const chunk of chunks) if (!packed.has(chunk)) await writeFile(join(dir, chunk.fileName), textOf([chunk]));
}

/** The packs with the chunks that are in each; what waits is in no pack before its own, whoever imports it. */
function packsOf(chunks) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const packs = PACKS.map((pack) => ({ ...pack, roots: rootsOf(pack, chunks) }));
  const waiting = new Set(packs.filter(({ later }) => later).flatMap(({ roots }) => roots));
  const packed = new Set();
  return packs.map(({ file, later = false, roots }) => {
    const members = [];
    const add = (chunk, isRoot = false) => {
      if (chunk === undefined || packed.has(chunk) || (waiting.has(chunk) && !isRoot)) return;
      packed.add(chunk);
      for (const name of chunk.imports) add(byName.get(name));
      members.push(chunk); // behind what it needs
    };
    for (const root of roots) add(root, true);
    return { file, later, members };
  });
}

/** The chunks that a pack begins with. */
function rootsOf({ file, modules = [], apart = [] }, chunks) {
  const tests = [
    ...apart.map((pattern) => ({ name: pattern, has: (path) => pattern.test(path) })),
    ...modules.map((module) => ({ name: module, has: (path) => path.endsWith(`/${module}`) })),
  ];
  const roots = tests.map(({ name, has }) => {
    const found = chunks.find((chunk) => chunk.modules.some(has));
    if (found === undefined) throw new Error(`${file}: no chunk has ${name}; mend scripts/build/packs.mjs`);
    return found;
  });
  return [...new Set(roots)];
}

/** Node leaves a text that is longer than this where it was read to. A shorter one is copied into V8's heap. */
const LONGEST_COPY = 0xfbee9;

/**
 * A text that is nearly that long gets blanks: new objects have a megabyte at first, and a copy in there makes V8 collect
 * garbage at once, 1 to 3 ms.
 */
function outsideOfHeap(text) {
  return text.length > LONGEST_COPY / 2 ? text.padEnd(LONGEST_COPY + 1) : text;
}

function textOf(members, head = {}) {
  const chunks = members.map(
    ({ fileName, code }) =>
      `${JSON.stringify(fileName)}: function (exports, require, module, __filename, __dirname) {\n${code}\n}`,
  );
  const heading = Object.entries(head).map(([name, value]) => `${name}: ${JSON.stringify(value)},\n`);
  return `(typeof module === "object" ? module : {}).exports = {\n${heading.join("")}chunks: {\n${chunks.join(",\n")}\n}\n};\n`;
}
