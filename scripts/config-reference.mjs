// Writes docs/configuration-reference.md from the table of keys that the configuration is checked against.
//   node scripts/config-reference.mjs            after a build
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "..");
const PAGE = join(ROOT, "docs", "configuration-reference.md");

/**
 * The page for keys as `heddle config keys --json` prints them.
 * @param {readonly { key: string, type: string, required: boolean, default: string | null, doc: string }[]} keys
 */
export function renderReference(keys) {
  const groups = groupBy(keys, groupOf);
  const sections = [...groups].map(([name, own]) => `## ${name}\n\n${own.map(renderKey).join("\n")}`);
  return `# Configuration reference

Every key of \`config.toml\`, made from the schema by \`scripts/config-reference.mjs\`. What you choose yourself is in angle
brackets. How files, profiles and flags come together: [configuration](configuration.md).

${sections.join("\n\n")}
`;
}

/** Keys without a table come first, under a name of their own. */
function groupOf({ key }) {
  const dot = key.indexOf(".");
  return dot === -1 ? "Top level" : `\`[${key.slice(0, dot)}]\``;
}

function groupBy(list, nameOf) {
  const groups = new Map();
  for (const each of list) groups.set(nameOf(each), [...(groups.get(nameOf(each)) ?? []), each]);
  return groups;
}

function renderKey({ key, type, required, default: byDefault, doc }) {
  const more = [code(type), required ? "required" : null, byDefault === null ? null : `default ${byDefault}`];
  return `- **\`${key}\`** (${more.filter((part) => part !== null).join(", ")}): ${doc}`;
}

function code(type) {
  return `\`${type}\``;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const command = join(ROOT, "packages", "cli", "bin", "heddle.cjs");
  const keys = JSON.parse(execFileSync(process.execPath, [command, "config", "keys", "--json"], { encoding: "utf8" }));
  writeFileSync(PAGE, renderReference(keys));
}
