import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { isWithin } from "../paths.ts";

/**
 * The paths that have to be allowed so that everything below `folder` can be read but what is hidden: Landlock only knows
 * what is allowed. Links are left out, what they lead to is allowed by itself; so is what is made later beside something
 * hidden.
 */
export function readablePaths(folder: string, hidden: readonly string[]): string[] {
  if (hidden.includes(folder)) return [];
  const below = hidden.filter((path) => isWithin(path, folder));
  if (below.length === 0) return [folder];
  return entriesOf(folder)
    .filter((entry) => !entry.isSymbolicLink())
    .flatMap((entry) => readablePaths(join(folder, entry.name), below));
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // what we cannot list, no command may list
  }
}
