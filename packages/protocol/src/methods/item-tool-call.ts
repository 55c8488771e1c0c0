import { DynamicToolCallOutputContentItemSchema } from "../definitions/dynamic-tool.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const DynamicToolCallParamsSchema = Type.Named(
  "DynamicToolCallParams",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    callId: Type.String(),
    namespace: Type.Nullable(Type.String()),
    tool: Type.String(),
    arguments: Type.Json(),
  }),
);

const DynamicToolCallResponseSchema = Type.Named(
  "DynamicToolCallResponse",
  Type.Object({ contentItems: Type.Array(DynamicToolCallOutputContentItemSchema), success: Type.Boolean() }),
);

export const itemToolCall = defineMethod({
  method: "item/tool/call",
  direction: "serverToClient",
  params: DynamicToolCallParamsSchema,
  result: DynamicToolCallResponseSchema,
  doc: "The model calls a tool that this client has provided with `thread/start`.",
});
