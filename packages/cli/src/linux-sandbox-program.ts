import { basename } from "node:path";

/** Under this name the program confines a command, as programs that know the reference call it. */
export const LINUX_SANDBOX_PROGRAM = "codex-linux-sandbox";

/** As which it is called by those that cannot give it another name. */
export const LINUX_SANDBOX_FLAG = "--codex-run-as-linux-sandbox";

/** The arguments behind the name or the flag; null: it is called as something else. */
export function readLinuxSandboxCall(program: string | undefined, args: readonly string[]): readonly string[] | null {
  if (program !== undefined && basename(program) === LINUX_SANDBOX_PROGRAM) return args;
  return args[0] === LINUX_SANDBOX_FLAG ? args.slice(1) : null;
}
