import { createExpiration, SandboxError } from "@heddle/sandbox";
import type { ToolContext } from "../tools/tool.ts";

/** Git answers from its files: what takes longer hangs. */
const DEADLINE_MS = 10_000;

/**
 * The commit at which HEAD left a branch, or the branch's upstream where that has gone ahead. Null when git does not
 * tell. Git runs in a sandbox that can only read: a repository's configuration can name programs for it to run.
 */
export async function findMergeBase(branch: string, context: ToolContext): Promise<string | null> {
  if (branch.startsWith("-")) return null; // git would take it for an option
  const git = (...args: readonly string[]): Promise<string | null> => readGit(args, context);
  const upstream = await git("rev-parse", "--abbrev-ref", "--symbolic-full-name", `${branch}@{upstream}`);
  const ahead = upstream === null ? null : await git("rev-list", "--count", `${branch}..${upstream}`);
  const base = upstream !== null && Number(ahead) > 0 ? upstream : branch;
  return git("merge-base", "HEAD", base);
}

/** What git printed, null when it failed or could not be run in a sandbox. */
async function readGit(args: readonly string[], context: ToolContext): Promise<string | null> {
  const { sandbox, settings, signal } = context;
  try {
    await using child = await sandbox.spawn(
      {
        argv: ["git", ...args],
        cwd: settings.cwd,
        env: context.childEnvironment({ sandboxed: true }),
        policy: { type: "read-only" },
        sandboxCwd: settings.cwd,
      },
      createExpiration({ timeoutMs: DEADLINE_MS, signal }),
    );
    const { exitCode, stdout, setupFailure } = await child.exit;
    return exitCode === 0 && setupFailure === null ? stdout.trim() : null;
  } catch (error) {
    if (error instanceof SandboxError) return null;
    throw error;
  }
}
