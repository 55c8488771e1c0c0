import type { TurnPlanStep } from "@heddle/protocol";
import * as Type from "@sinclair/typebox";
import { describeParameter, describeUpdatePlan } from "../context/instructions/tool-descriptions.ts";
import { textOutput } from "./output.ts";
import { defineFunctionTool, functionSpec, type OfferedTool } from "./tool.ts";

const Input = Type.Object(
  {
    explanation: Type.Optional(Type.String()),
    plan: Type.Array(
      Type.Object(
        {
          status: Type.Union([Type.Literal("pending"), Type.Literal("in_progress"), Type.Literal("completed")]),
          step: Type.String(),
        },
        { additionalProperties: false },
      ),
      { description: describeParameter.plan },
    ),
  },
  { additionalProperties: false },
);

/** What models see: the same shape, with the status as plain text, since several wires know no unions. */
const Offer = Type.Object(
  {
    explanation: Type.Optional(Type.String()),
    plan: Type.Array(
      Type.Object(
        { status: Type.String({ description: describeParameter.planStatus }), step: Type.String() },
        { additionalProperties: false },
      ),
      { description: describeParameter.plan },
    ),
  },
  { additionalProperties: false },
);

/** `update_plan`: shows the model's plan to clients. It changes nothing and makes no item. */
export const updatePlanTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "update_plan",
    admission: "exclusive",
    input: Input,
    handle: async ({ explanation, plan }, _call, { emit, turnId }) => {
      const steps = plan.map(({ step, status }): TurnPlanStep => ({ step, status: wireStatus(status) }));
      emit({ type: "planUpdated", turnId, explanation: explanation ?? null, plan: steps });
      return textOutput("Plan updated");
    },
  }),
  spec: functionSpec("update_plan", describeUpdatePlan, Offer),
};

function wireStatus(status: "pending" | "in_progress" | "completed"): TurnPlanStep["status"] {
  return status === "in_progress" ? "inProgress" : status;
}
