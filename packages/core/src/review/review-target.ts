import type { ReviewTarget } from "@heddle/protocol";
import { assertNever } from "../assert-never.ts";

/** What a review is about, in a few words for people. Source: app-server spec, section 10. */
export function reviewLabel(target: ReviewTarget): string {
  switch (target.type) {
    case "uncommittedChanges":
      return "current changes";
    case "baseBranch":
      return `changes against '${target.branch}'`;
    case "commit": {
      const label = `commit ${target.sha.slice(0, 7)}`;
      return typeof target.title === "string" && target.title !== "" ? `${label}: ${target.title}` : label;
    }
    case "custom":
      return target.instructions;
    default:
      return assertNever(target);
  }
}

/**
 * What the reviewer is asked.
 * @param mergeBase the commit that a branch left its base at; null when it is not known, or not the question.
 */
export function reviewPrompt(target: ReviewTarget, mergeBase: string | null): string {
  switch (target.type) {
    case "uncommittedChanges":
      return "Review the changes in this working tree that are not committed: what is staged, what is not, and files that git does not track yet. `git status --porcelain` lists them; `git diff`, `git diff --cached` and the new files themselves show them.";
    case "baseBranch":
      return mergeBase === null ? againstUnknownBase(target.branch) : againstBase(target.branch, mergeBase);
    case "commit": {
      const title = typeof target.title === "string" && target.title !== "" ? ` ("${target.title}")` : "";
      return `Review the changes that commit ${target.sha}${title} makes. \`git show ${target.sha}\` shows them.`;
    }
    case "custom":
      return target.instructions;
    default:
      return assertNever(target);
  }
}

function againstBase(branch: string, mergeBase: string): string {
  return `Review what would be merged into the branch '${branch}'. The work here left it at commit ${mergeBase}: \`git diff ${mergeBase}\` shows the changes.`;
}

function againstUnknownBase(branch: string): string {
  return `Review what would be merged into the branch '${branch}'. First find the commit at which the work here left it: \`git merge-base HEAD\` with the upstream of '${branch}' (\`git rev-parse --abbrev-ref '${branch}@{upstream}'\`) if it has one, else with '${branch}' itself. \`git diff\` against that commit shows the changes.`;
}
