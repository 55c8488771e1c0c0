import { shellArgv } from "@heddle/sandbox";
import type { CommandPlan } from "./command-plan.ts";
import type { ToolContext } from "./tool.ts";

/**
 * A script in the user's shell. Where the call does not say whether the profile is to be read, what it has set comes from
 * the thread's snapshot, if there is one; otherwise a login shell reads it, which takes 10 to 50 ms and more each time.
 */
export async function userShellCommand(
  script: string,
  login: boolean | undefined,
  { shell, shellSnapshot }: ToolContext,
): Promise<Pick<CommandPlan, "argv" | "snapshot">> {
  const snapshot = login === undefined ? await shellSnapshot() : null;
  return { argv: shellArgv(shell, script, { login: snapshot === null && login !== false }), snapshot };
}
