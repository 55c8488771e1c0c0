// A package of the workspace, loaded into this process as the command has it: bundled.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, writeChunks } from "../build/bundle.mjs";

export const PACKAGES = join(import.meta.dirname, "..", "..", "packages");

/** What `packages/<name>` exports; `dir` is where the bundle may lie. */
export async function loadPackage(name, dir) {
  const input = { [name]: join(PACKAGES, name, "src", "index.ts") };
  await writeChunks(await bundle({ input, format: "es", extension: "mjs" }), dir);
  return import(pathToFileURL(join(dir, `${name}.mjs`)));
}
