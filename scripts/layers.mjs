// `node scripts/layers.mjs`: the import rules between the packages, and what tier 0 may not touch.
// Prints each violation as `file:line: reason`; exit code 1 when there is one.
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { parseSync } from "rolldown/utils";

const TIER_0 = ["protocol", "execpolicy", "apply-patch"];
const TIER_1_FOR_CORE = ["config", "auth", "models", "sandbox", "mcp"];
const ALL = [...TIER_0, ...TIER_1_FOR_CORE, "client", "core", "app-server", "tui", "web", "cli", "testkit"];

/** What each package may import, see ARCHITECTURE.md. Tests may use `testkit` on top. */
const MAY_IMPORT = {
  protocol: [],
  execpolicy: [],
  "apply-patch": [],
  config: ["protocol", "models"],
  auth: [],
  models: [],
  sandbox: [],
  mcp: [],
  client: ["protocol"],
  core: [...TIER_0, ...TIER_1_FOR_CORE],
  "app-server": ["core", "protocol", "config", "auth"],
  tui: ["client", "protocol"],
  web: ["client", "protocol"],
  cli: ALL,
  testkit: ALL,
};

/** Global names that tier 0 has to do without: it computes from its parameters alone. */
const IMPURE_GLOBALS = new Set([
  "process",
  "performance",
  "crypto",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
]);
const IMPURE_MEMBERS = new Set(["Date.now", "Math.random"]);

const root = resolve(import.meta.dirname, "..");
const violations = [];
for (const name of readdirSync(join(root, "packages"))) checkPackage(name);

for (const line of violations) console.log(line);
process.exitCode = violations.length === 0 ? 0 : 1;

function checkPackage(name) {
  const allowed = MAY_IMPORT[name];
  if (allowed === undefined) {
    violations.push(`packages/${name}: a package without import rules; add it to scripts/layers.mjs`);
    return;
  }
  const dir = join(root, "packages", name);
  for (const entry of readdirSync(dir, { recursive: true })) {
    if (!/\.tsx?$/.test(entry) || /(^|\/)(node_modules|dist|fixtures)\//.test(entry.replaceAll(sep, "/"))) continue;
    checkFile({ name, dir, allowed, file: join(dir, entry) });
  }
}

function checkFile({ name, dir, allowed, file }) {
  const isTest = file.endsWith(".test.ts") || relative(dir, file).startsWith(`test${sep}`);
  const isPure = TIER_0.includes(name) && !isTest;
  const text = readFileSync(file, "utf8");
  const report = (node, reason) => {
    const line = text.slice(0, node.start).split("\n").length;
    violations.push(`${relative(root, file)}:${line}: ${reason}`);
  };

  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) report({ start: 0 }, `does not parse: ${errors[0].message}`);
  visit(program, null, (node, parent) => {
    const specifier = importedFrom(node);
    if (specifier !== null) {
      const reason = importProblem(specifier, { name, dir, allowed, file, isTest, isPure });
      if (reason !== null) report(node, reason);
    }
    if (node.type === "ExportAllDeclaration" && basename(file) === "index.ts") {
      report(node, "a package's surface names what it exports; no `export *`");
    }
    const impure = isPure ? impureName(node, parent) : null;
    if (impure !== null) report(node, `tier 0 is pure: ${impure} has to be a parameter`);
  });
}

/** The module that a node imports, or null when it imports none. */
function importedFrom(node) {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return typeof node.source?.value === "string" ? node.source.value : null;
    default:
      return null;
  }
}

function importProblem(specifier, { name, dir, allowed, file, isTest, isPure }) {
  if (specifier.startsWith(".")) {
    const inside = !relative(dir, resolve(dirname(file), specifier)).startsWith("..");
    return inside ? null : `${specifier} leaves the package; import another package by its name`;
  }
  if (specifier.startsWith("node:")) {
    return isPure ? `tier 0 is pure: no ${specifier}` : null;
  }
  const match = /^@heddle\/([^/]+)(\/.+)?$/.exec(specifier);
  if (match === null) return null;
  const [, target, path] = match;
  if (path !== undefined) return `${specifier} reaches past the surface of ${target}; import @heddle/${target}`;
  // A test may see its package as others do; in the package itself that would be a cycle.
  if (target === name) return isTest ? null : `${specifier} is this package; import by relative path`;
  if (allowed.includes(target) || (isTest && target === "testkit")) return null;
  return `${name} may not import ${target} (allowed: ${allowed.join(", ") || "nothing"})`;
}

/** The impure global that a node reads, or null. */
function impureName(node, parent) {
  if (node.type === "NewExpression" && node.callee.name === "Date" && node.arguments.length === 0) return "the clock";
  if (node.type === "MemberExpression" && !node.computed) {
    const path = `${node.object.name}.${node.property.name}`;
    return IMPURE_MEMBERS.has(path) ? path : null;
  }
  if (node.type !== "Identifier" || !IMPURE_GLOBALS.has(node.name)) return null;
  return isName(node, parent) ? null : node.name;
}

/** Whether an identifier only names a member, a key or a parameter, and reads nothing. */
function isName(node, parent) {
  if (parent.type === "MemberExpression") return parent.property === node && !parent.computed;
  if (parent.key === node) return !parent.computed && !parent.shorthand;
  return parent.type.startsWith("TS") || /Function/.test(parent.type);
}

function visit(node, parent, enter) {
  enter(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === "string") visit(child, node, enter);
    }
  }
}
