// `npm run check`: everything about the code that needs no run of it. One line per step; details where one fails.
// All steps run, whatever the ones before came to.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const root = join(import.meta.dirname, "..");
const tool = (name) => join(root, "node_modules", ".bin", name);

const STEPS = [
  { name: "format", argv: [tool("oxfmt"), "--check"], hint: "npm run format" },
  { name: "lint", argv: [tool("oxlint")], hint: "npx oxlint --fix" },
  { name: "types", argv: [tool("tsc"), "-p", "tsconfig.json", "--pretty", "false"], hint: null },
  { name: "layers", argv: [process.execPath, "scripts/layers.mjs"], hint: "the rules are in ARCHITECTURE.md" },
  {
    name: "unused code",
    argv: [tool("knip"), "--no-progress", "--no-config-hints"],
    hint: "npx knip --fix takes needless exports away",
  },
];

let failed = 0;
for (const { name, argv, hint } of STEPS) {
  const startedAt = performance.now();
  const { passed, output } = await run(argv);
  const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  console.log(`${passed ? "ok    " : "FAILED"}  ${name.padEnd(12)} ${took}`);
  if (passed) continue;
  failed += 1;
  console.log(output.trimEnd().replaceAll(/^/gm, "    "));
  if (hint !== null) console.log(`    hint: ${hint}`);
}
console.log(failed === 0 ? "check passed" : `check failed: ${failed} of ${STEPS.length} steps`);
process.exitCode = failed === 0 ? 0 : 1;

function run([command, ...args]) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ passed: false, output: `${error.message}; run \`npm ci\` first` }));
    child.on("close", (code) => resolve({ passed: code === 0, output: output() }));
  });
}
