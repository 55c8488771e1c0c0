import { basename } from "node:path";

/** The arguments of a call of `apply_patch`. */
export interface PatchArguments {
  readonly values: readonly string[];
  /** Whether a missing patch is read from standard input. */
  readonly stdinAllowed: boolean;
}

/** Under these names the program takes a patch and nothing else. */
export const PATCH_PROGRAMS = ["apply_patch", "applypatch"] as const;

/** As which the program is called by those that cannot give it another name. */
export const PATCH_FLAG = "--codex-run-as-apply-patch";

/**
 * Reads whether the command is called as `apply_patch`: by that name, or with the flag in front.
 * @param program the path that was run, `process.argv[1]`.
 */
export function readPatchCall(program: string | undefined, args: readonly string[]): PatchArguments | null {
  const name = program === undefined ? "" : basename(program);
  if (PATCH_PROGRAMS.some((known) => known === name)) return { values: args, stdinAllowed: true };
  if (args[0] === PATCH_FLAG) return { values: args.slice(1), stdinAllowed: false };
  return null;
}
