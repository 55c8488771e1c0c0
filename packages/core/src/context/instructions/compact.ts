/**
 * What a model is asked when its history has become too long: to write down what its successor needs. Sent as a user
 * message behind the whole history, without tools.
 */
export const COMPACT_PROMPT = `The conversation is about to exceed your context. Write a handover: after this, another model continues the task and sees your handover and the user's earlier messages, but none of your messages, tool calls or their output.

Write down what it cannot recover without repeating your work:

1. The goal: what the user wants in the end, as they put it, including what they added or corrected later.
2. Constraints and preferences: what they asked to do or to avoid, rules of the project that turned out to matter, limits of this environment.
3. State: what is done and verified, what is done and not verified, what is half done. Name files, functions, commands and branches exactly.
4. Findings and decisions: what you learned about the code, which way was chosen and why, what was tried and failed.
5. What comes next: the remaining steps, in order and concrete, beginning with the very next one.
6. Data: paths, identifiers, error texts, snippets and links that will be needed verbatim.

Be complete on these and brief on everything else. Do not call tools, do not go on with the task, do not address the user. Do not invent: mark what you are not sure of.`;

/**
 * What stands before a summary when it enters the new history, and by which summaries are recognised later. Constant:
 * with another text, summaries in existing rollouts would count as messages of the user.
 */
export const SUMMARY_PREFIX = `Earlier work on this task was done by another model, whose messages are no longer available. Its handover follows. Take it as your own knowledge of the state, build on it, and do not repeat what it says is done; check what you rely on if the files may have changed since.`;

/** The user message that carries a summary. */
export function summaryMessage(summary: string): string {
  return `${SUMMARY_PREFIX}\n${summary.trim() === "" ? NO_SUMMARY : summary}`;
}

/** Exact: recorded histories have it. Source: engine spec, section 15.4. */
const NO_SUMMARY = "(no summary available)";
