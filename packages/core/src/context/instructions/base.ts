import type { ModelFamily } from "@heddle/models";
import { CODEX_MAX_INSTRUCTIONS } from "./codex-max.ts";
import { CODEX_INSTRUCTIONS } from "./codex.ts";
import { GENERAL_INSTRUCTIONS } from "./general.ts";
import { GPT_5_1_INSTRUCTIONS } from "./gpt-5-1.ts";

/** The system prompt of a model family. It is part of what providers cache: the same text for the life of a thread. */
export function baseInstructions({ base }: Pick<ModelFamily, "base">): string {
  switch (base) {
    case "codex":
      return CODEX_INSTRUCTIONS;
    case "codex-max":
      return CODEX_MAX_INSTRUCTIONS;
    case "gpt-5.1":
      return GPT_5_1_INSTRUCTIONS;
    case "general":
      return GENERAL_INSTRUCTIONS;
  }
}
