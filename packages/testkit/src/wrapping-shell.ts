import { fileURLToPath } from "node:url";

/** A stand-in for a Bash that honours BASH_EXEC_WRAPPER, to be run with Node or by itself; see the file. */
export function wrappingShell(): string {
  return fileURLToPath(new URL("wrapping-shell.cjs", import.meta.url));
}
