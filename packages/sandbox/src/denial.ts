import type { ExitOutcome } from "./process/outcome.ts";

/** How much of each text is searched: a refusal is told at the end, and a command may print gigabytes before. */
const SEARCHED_CHARS = 64 * 1024;
const DENIAL_WORDS =
  /operation not permitted|permission denied|read-only file system|seccomp|sandbox|landlock|failed to write file/i;
/** Wrong usage, not executable, not found: the shell's own complaints. */
const SHELL_COMPLAINTS = new Set([2, 126, 127]);
const KILLED_BY_SIGSYS = 128 + 31;

/**
 * Whether a command that ran in a sandbox seems to have failed because of it; a guess, by exit code and words in the
 * output. A command that changed what is protected, and had it put back, was denied that. The caller knows whether a sandbox
 * was in force. A command that was stopped, or whose sandbox could not be set up, was not denied anything. Source: the sandbox specification, section 4.
 */
export function looksDenied(outcome: ExitOutcome): boolean {
  const { exitCode, timedOut, aborted, setupFailure, tampered, stderr, stdout, aggregated } = outcome;
  if (tampered.length > 0) return true;
  if (exitCode === 0 || timedOut || aborted || setupFailure !== null) return false;
  if ([stderr, stdout, aggregated].some((text) => DENIAL_WORDS.test(text.slice(-SEARCHED_CHARS)))) return true;
  return !SHELL_COMPLAINTS.has(exitCode) && exitCode === KILLED_BY_SIGSYS;
}
