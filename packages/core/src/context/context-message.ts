import type { ResponseItem } from "@heddle/models";

/** How the messages begin that we, not the user, have put in the user's place. Source: engine spec, section 3.2. */
const ANYWHERE = ["<environment_context>", "<user_shell_command>", "<user_action>"];
const ALONE = ["# AGENTS.md instructions for ", "<user_instructions>"];

/** Whether the text of a message is context that was put in the user's place. */
export function isContextText(text: string): boolean {
  return ALONE.some((start) => text.startsWith(start)) || beginsContext(text);
}

function beginsContext(text: string): boolean {
  return ANYWHERE.some((start) => text.trimStart().toLowerCase().startsWith(start));
}

/** Whether an item is a user message that carries context: such a one is no item for clients and not the user's word. */
export function isContextMessage(item: ResponseItem): boolean {
  if (item.type !== "message" || item.role !== "user") return false;
  const texts = item.content.flatMap((part) => (part.type === "input_image" ? [] : [part.text]));
  const [only = ""] = texts;
  if (item.content.length === 1 && ALONE.some((start) => only.startsWith(start))) return true;
  return texts.some(beginsContext);
}
