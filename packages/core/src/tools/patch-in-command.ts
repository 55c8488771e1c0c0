import { detectPatchCall } from "@heddle/apply-patch";
import { readHeredocCall } from "@heddle/execpolicy";
import type { CommandPlan } from "./command-plan.ts";
import { textOutput, type ToolOutput } from "./output.ts";
import { runPatchCall } from "./run-patch.ts";
import type { ToolContext } from "./tool.ts";

/**
 * A command that is really a patch is handled as one, under the rules of patches; null for every other command.
 * The model is told to use the tool next time.
 */
export async function runPatchInCommand(plan: CommandPlan, context: ToolContext): Promise<ToolOutput | null> {
  const detected = detectPatchCall(plan.argv, { cwd: plan.cwd, readScript: readHeredocCall });
  switch (detected.type) {
    case "none":
      return null;
    case "error":
      return textOutput(detected.message);
    case "patch": {
      const text = `Warning: apply_patch was requested via ${plan.toolName}. Use the apply_patch tool instead of exec_command.`;
      context.tellModel([{ type: "input_text", text }]);
      return runPatchCall({ callId: plan.callId, cwd: detected.cwd, patch: detected.patch }, context);
    }
  }
}
