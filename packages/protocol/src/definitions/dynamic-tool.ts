import type { Static } from "@sinclair/typebox";
import { ItemIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const functionTool = {
  type: Type.Tag("function"),
  name: Type.String(),
  description: Type.String(),
  /** JSON Schema of the arguments. */
  inputSchema: Type.Json(),
};

const DynamicToolNamespaceToolSchema = Type.Named("DynamicToolNamespaceTool", Type.Object(functionTool));

/** A tool that a client provides, or several under one name. */
export const DynamicToolSpecSchema = Type.Named(
  "DynamicToolSpec",
  Type.Tagged([
    Type.Object(functionTool),
    Type.Object({
      type: Type.Tag("namespace"),
      name: Type.String(),
      description: Type.String(),
      tools: Type.Array(DynamicToolNamespaceToolSchema),
    }),
  ]),
);
export type DynamicToolSpec = Static<typeof DynamicToolSpecSchema>;

export const DynamicToolCallOutputContentItemSchema = Type.Named(
  "DynamicToolCallOutputContentItem",
  Type.Tagged([
    Type.Object({ type: Type.Tag("inputText"), text: Type.String() }),
    Type.Object({ type: Type.Tag("inputImage"), imageUrl: Type.String() }),
    Type.Object({ type: Type.Tag("inputAudio"), audioUrl: Type.String() }),
  ]),
);
export type DynamicToolCallOutputContentItem = Static<typeof DynamicToolCallOutputContentItemSchema>;

const DynamicToolCallStatusSchema = Type.Named(
  "DynamicToolCallStatus",
  Type.Enum(["inProgress", "completed", "failed"]),
);

/** A call of a tool that a client provides. `failed`: the client says so, or gave no answer. */
export const DynamicToolCallItemSchema = Type.Object({
  type: Type.Tag("dynamicToolCall"),
  id: ItemIdSchema,
  namespace: Type.Nullable(Type.String()),
  tool: Type.String(),
  arguments: Type.Json(),
  status: DynamicToolCallStatusSchema,
  contentItems: Type.Nullable(Type.Array(DynamicToolCallOutputContentItemSchema)),
  success: Type.Nullable(Type.Boolean()),
  durationMs: Type.Nullable(Type.Int64()),
});
export type DynamicToolCallItem = Static<typeof DynamicToolCallItemSchema>;
