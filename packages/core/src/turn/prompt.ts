import type { ModelFamily, Prompt } from "@heddle/models";
import { APPLY_PATCH_INSTRUCTIONS } from "../context/instructions/apply-patch.ts";
import { baseInstructions } from "../context/instructions/base.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import type { TurnScope } from "./scope.ts";

/** What the model is asked with: the prefix (instructions, tools, earlier input) stays the same from request to request. */
export function buildPrompt(scope: TurnScope, tools: ToolSet): Prompt {
  const { family, config, history, outputSchema } = scope;
  return {
    instructions: config.baseInstructions ?? defaultInstructions(family, tools),
    input: history.forRequest({ freeformPatch: tools.offersFreeformPatch }),
    tools: tools.specs,
    parallelToolCalls: family.supportsParallelToolCalls && config.features.parallel,
    outputSchema,
  };
}

/** A family without the patch tool is told how to write patches in a command. */
function defaultInstructions(family: ModelFamily, tools: ToolSet): string {
  const base = baseInstructions(family);
  const offersPatch = tools.specs.some((spec) => "name" in spec && spec.name === "apply_patch");
  return family.needsPatchInstructions && !offersPatch ? `${base}\n${APPLY_PATCH_INSTRUCTIONS}` : base;
}
