import { Option, type Command } from "commander";
import type { ReviewSubject } from "../exec/options.ts";
import type { CommandSetup } from "./command.ts";
import { execOptions } from "./exec-options.ts";

import { once } from "./option-kinds.ts";
import { runExec } from "./run-exec.ts";

interface ReviewFlags {
  readonly uncommitted?: boolean;
  readonly base?: string;
  readonly commit?: string;
  readonly title?: string;
}

/** `exec review`, and `review`, which is the same. Source: command line spec, section 2. */
export function registerReview(review: Command, setup: CommandSetup): void {
  review
    .argument("[prompt]", "what to review and how; `-` reads it from standard input")
    .addOption(
      new Option("--uncommitted", "what is staged, changed and new in the repository").conflicts(["base", "commit"]),
    )
    .addOption(new Option("--base <branch>", "what this branch adds to another").argParser(once).conflicts("commit"))
    .addOption(new Option("--commit <sha>", "what one commit changes").argParser(once))
    .addOption(new Option("--title <title>", "what that commit is called (with --commit)").argParser(once));
  for (const option of execOptions()) review.addOption(option);
  review
    .addHelpText(
      "after",
      `
Examples:
  heddle review --uncommitted
  heddle review --base main
  heddle review --commit HEAD~1 --title "Parse empty lines"
  heddle review "look at error handling in src/"

The review goes to standard output, everything else to standard error.
Exit codes: 0 the review is done, 1 it failed or could not begin, 2 wrong usage, 3 a limit ended it, 130 interrupted.`,
    )
    .action(async (prompt: string | undefined) => {
      const subject = readSubject(review, prompt);
      if (subject === null) {
        throw new Error("Specify --uncommitted, --base, --commit, or provide custom review instructions");
      }
      await runExec(review, setup, { target: { type: "review", of: subject }, prompt: prompt ?? null });
    });
}

/** @returns null when nothing is said. */
function readSubject(review: Command, prompt: string | undefined): ReviewSubject | null {
  const { uncommitted = false, base, commit, title } = review.opts<ReviewFlags>();
  if (title !== undefined && commit === undefined) review.error("error: option '--title <title>' needs --commit");
  const named: ReviewSubject[] = [
    ...(uncommitted ? [{ type: "uncommittedChanges" as const }] : []),
    ...(base === undefined ? [] : [{ type: "baseBranch" as const, branch: base }]),
    ...(commit === undefined
      ? []
      : [{ type: "commit" as const, sha: commit, ...(title === undefined ? {} : { title }) }]),
  ];
  const [subject = null] = named;
  if (prompt === undefined) return subject;
  if (subject !== null) review.error("error: a review has instructions or one of --uncommitted, --base and --commit");
  return { type: "custom" };
}
