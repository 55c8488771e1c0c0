import { expect, test } from "vitest";
import { isContextMessage } from "./context-message.ts";
import { environmentBlock } from "./environment.ts";
import { userInstructionsMessage } from "./user-instructions.ts";

const message = (role: "user" | "assistant" | "developer", ...texts: string[]) => ({
  type: "message" as const,
  role,
  content: texts.map((text) => ({ type: "input_text" as const, text })),
});

test.each([
  environmentBlock({ cwd: "/", approvalPolicy: "never", sandboxPolicy: { type: "read-only" }, shell: "sh" }),
  userInstructionsMessage("/repo", "Be kind."),
  " \n<ENVIRONMENT_context>\n",
  "<user_shell_command>\n<command>\nls\n</command>",
  "<user_instructions>\nBe kind.\n</user_instructions>",
])("a message that we put in the user's place is context: %j", (text) => {
  expect(isContextMessage(message("user", text))).toBe(true);
});

test.each([
  [message("user", "hello")],
  [message("user", "what is <environment_context>?")],
  [message("user", "# AGENTS.md instructions for /repo", "and a second text")],
  [message("assistant", "<environment_context>")],
  [message("developer", "# AGENTS.md instructions for /repo")],
  [{ type: "function_call_output" as const, call_id: "c", output: "<environment_context>" }],
])("anything else is not: %j", (item) => {
  expect(isContextMessage(item)).toBe(false);
});
