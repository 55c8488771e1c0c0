import type { Prompt } from "@heddle/models";
import { APPLY_PATCH_INSTRUCTIONS } from "../context/instructions/apply-patch.ts";
import { baseInstructions } from "../context/instructions/base.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import type { TurnScope } from "./scope.ts";

/** What the model is asked with: the prefix (instructions, tools, earlier input) stays the same from request to request. */
export function buildPrompt(scope: TurnScope, tools: ToolSet): Prompt {
  const { family, config, history, outputSchema } = scope;
  return {
    instructions: instructionsOf(scope, tools),
    input: history.forRequest({ freeformPatch: tools.offersFreeformPatch }),
    tools: tools.specs,
    parallelToolCalls: family.supportsParallelToolCalls && config.features.parallel,
    outputSchema,
  };
}

/** The system prompt of a turn. A family without the patch tool is told how to write patches in a command. */
export function instructionsOf({ config, family }: Pick<TurnScope, "config" | "family">, tools: ToolSet): string {
  if (config.baseInstructions !== null) return config.baseInstructions;
  const base = family.instructions ?? baseInstructions(family);
  const offersPatch = tools.specs.some((spec) => "name" in spec && spec.name === "apply_patch");
  return family.needsPatchInstructions && !offersPatch ? `${base}\n${APPLY_PATCH_INSTRUCTIONS}` : base;
}
