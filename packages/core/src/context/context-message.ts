import type { ResponseItem } from "@heddle/models";

/** How the messages begin that we, not the user, have put in the user's place. Source: engine spec, section 3.2. */
const ANYWHERE = ["<environment_context>", "<user_shell_command>", "<user_action>", "<skill>"];
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
  const texts = textsOf(item);
  const [only = ""] = texts;
  if (item.content.length === 1 && ALONE.some((start) => only.startsWith(start))) return true;
  return texts.some(beginsContext);
}

/** Whether an item is the text of a skill that the user has named. */
export function isSkillMessage(item: ResponseItem): boolean {
  return isContextMessage(item) && item.type === "message" && textsOf(item).some((text) => text.startsWith("<skill>"));
}

/** What the user has said in an item, in one text; null when it is something else, or has images only. */
export function userText(item: ResponseItem): string | null {
  if (item.type !== "message" || item.role !== "user" || isContextMessage(item)) return null;
  const texts = textsOf(item);
  return texts.length === 0 ? null : texts.join("\n");
}

function textsOf({ content }: Extract<ResponseItem, { type: "message" }>): string[] {
  return content.flatMap((part) => (part.type === "input_image" ? [] : [part.text]));
}
