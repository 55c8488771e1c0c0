import type { Command } from "commander";
import { basename } from "node:path";
import { completionScript } from "../completion/completion-script.ts";
import type { CompletionShell } from "../completion/shells.ts";
import { completionTree } from "../completion/tree.ts";
import { createSink } from "../exec/sink.ts";

/**
 * `heddle completion`: prints the script that completes the command under the name that it was run as.
 * @param program with all of its commands filled in.
 */
export async function printCompletion(shell: CompletionShell, program: Command): Promise<number> {
  const stdout = createSink(process.stdout);
  stdout.write(completionScript(shell, completionTree(program, calledAs(process.argv[1]))));
  await stdout.flushed();
  return 0;
}

/** The name of the program; the file that npm's link leads to is not what anybody types. */
function calledAs(path: string | undefined): string {
  const name = path === undefined ? "" : basename(path);
  return /^[\w.-]+$/.test(name) && !/\.[cm]?[jt]s$/.test(name) ? name : "heddle";
}
