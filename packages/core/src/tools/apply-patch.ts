import { PATCH_GRAMMAR } from "@heddle/apply-patch";
import * as Type from "@sinclair/typebox";
import {
  describeApplyPatchFreeform,
  describeApplyPatchFunction,
  describeParameter,
} from "../context/instructions/tool-descriptions.ts";
import { runPatchCall } from "./run-patch.ts";
import { defineFunctionTool, functionSpec, type OfferedTool, type Tool } from "./tool.ts";

const Input = Type.Object(
  { input: Type.String({ description: describeParameter.patch }) },
  { additionalProperties: false },
);

const functionForm: Tool = defineFunctionTool({
  name: "apply_patch",
  admission: "exclusive",
  input: Input,
  handle: ({ input: patch }, { callId }, context) =>
    runPatchCall({ callId, patch, cwd: context.settings.cwd }, context),
});

/** Serves both forms under one name, whichever is offered: recorded histories have either. */
const tool: Tool = {
  name: "apply_patch",
  admission: "exclusive",
  async handle(call, context) {
    if (call.payload.type === "function") return functionForm.handle(call, context);
    return runPatchCall({ callId: call.callId, patch: call.payload.input, cwd: context.settings.cwd }, context);
  },
};

/** `apply_patch`: changes files by a patch, as free text under a grammar or as a function with one string. */
export const applyPatchTools: Readonly<Record<"freeform" | "function", OfferedTool>> = {
  freeform: {
    tool,
    spec: {
      type: "custom",
      name: "apply_patch",
      description: describeApplyPatchFreeform,
      format: { type: "grammar", syntax: "lark", definition: PATCH_GRAMMAR },
    },
  },
  function: { tool, spec: functionSpec("apply_patch", describeApplyPatchFunction, Input) },
};
