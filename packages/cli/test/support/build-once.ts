import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..", "..", "..");
const bundle = join(root, "packages", "cli", "dist", "main.cjs");
const scripts = join(root, "scripts");
const build = join(scripts, "build.mjs");

/** Before the tests that run the built command: builds it when it is missing or older than one of its sources. */
export function setup(): void {
  if (existsSync(bundle) && statSync(bundle).mtimeMs > newestSource()) return;
  execFileSync(process.execPath, [build], { stdio: ["ignore", "ignore", "inherit"] });
}

function newestSource(): number {
  const packages = join(root, "packages");
  const sources = readdirSync(packages).flatMap((name) => filesBelow(join(packages, name, "src")));
  return Math.max(...[build, ...filesBelow(join(scripts, "build")), ...sources].map((path) => statSync(path).mtimeMs));
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}
