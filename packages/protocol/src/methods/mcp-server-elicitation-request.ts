import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const asked = {
  threadId: ThreadIdSchema,
  serverName: Type.String(),
  /** The turn that runs, null when the question belongs to none. */
  turnId: Type.Nullable(TurnIdSchema),
  message: Type.String(),
};

export const McpServerElicitationRequestParamsSchema = Type.Named(
  "McpServerElicitationRequestParams",
  Type.Union([
    Type.Object({
      mode: Type.Tag("form"),
      ...asked,
      /** A flat JSON Schema: text, numbers, switches, choices. */
      requestedSchema: Type.Json(),
    }),
    Type.Object({ mode: Type.Tag("url"), ...asked, url: Type.String(), elicitationId: Type.String() }),
  ]),
);
export type McpServerElicitationRequestParams = Static<typeof McpServerElicitationRequestParamsSchema>;

export const McpServerElicitationRequestResponseSchema = Type.Named(
  "McpServerElicitationRequestResponse",
  Type.Object({
    action: Type.Enum(["accept", "decline", "cancel"]),
    /** What was filled in; it has to fit the schema, or the server is told `cancel`. */
    content: Type.Optional(Type.Json()),
  }),
);
export type McpServerElicitationRequestResponse = Static<typeof McpServerElicitationRequestResponseSchema>;

export const mcpServerElicitationRequest = defineMethod({
  method: "mcpServer/elicitation/request",
  direction: "serverToClient",
  params: McpServerElicitationRequestParamsSchema,
  result: McpServerElicitationRequestResponseSchema,
  doc: "A question of an MCP server to the person, or whether one of its tools may be called. Asked of clients that send `capabilities`; whatever is no valid answer counts as `cancel`.",
});
