import type { ResolvedConfig } from "@heddle/config";
import type { ResponseItem } from "@heddle/models";
import type { JsonValue } from "@heddle/protocol";
import type { Shell } from "@heddle/sandbox";
import { isContextMessage } from "../context/context-message.ts";
import { environmentBlock } from "../context/environment.ts";
import { userInstructionsMessage } from "../context/user-instructions.ts";
import { EngineError } from "../engine-error.ts";
import { previewOfText } from "../rollout/preview.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import { textOf } from "../turn/stream-items.ts";
import { decodeResponseItem } from "./decode-item.ts";

/** What a new thread tells the model before the user's first word. Source: engine spec, section 3.1. */
export function initialContext(
  config: ResolvedConfig,
  settings: ThreadSettings,
  instructions: string | null,
  shell: Shell["kind"],
): ResponseItem[] {
  const message = (role: "developer" | "user", text: string): ResponseItem => ({
    type: "message",
    role,
    content: [{ type: "input_text", text }],
  });
  return [
    ...(config.developerInstructions === null ? [] : [message("developer", config.developerInstructions)]),
    ...(instructions === null ? [] : [message("user", userInstructionsMessage(settings.cwd, instructions))]),
    message("user", environmentBlock({ ...settings, shell })),
  ];
}

/** The items that a client brings. @throws EngineError when one is none, or there are none at all. */
export function decodeHistory(items: readonly JsonValue[]): ResponseItem[] {
  if (items.length === 0) throw new EngineError({ kind: "invalidSettings", reason: "history must not be empty" });
  return items.map((value, index) => {
    const item = decodeResponseItem(value);
    if (item !== null) return item;
    throw new EngineError({ kind: "invalidSettings", reason: `history[${index}] is no response item` });
  });
}

/** The first words of the user among items that a client brought. */
export function previewOfHistory(items: readonly ResponseItem[]): string {
  const first = items.find((item) => item.type === "message" && item.role === "user" && !isContextMessage(item));
  return first?.type === "message" ? previewOfText(textOf(first)) : "";
}
