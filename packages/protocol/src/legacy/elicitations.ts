import { Type } from "../schema/type.ts";
import { ConversationIdSchema } from "./conversation-id.ts";

/** How a question of an MCP server is named, beside its server. */
export const RequestIdSchema = Type.Named("RequestId", Type.Union([Type.String(), Type.Int64()]));

export const ResolveElicitationParamsSchema = Type.Named(
  "ResolveElicitationParams",
  Type.Object({
    conversationId: ConversationIdSchema,
    serverName: Type.String(),
    requestId: RequestIdSchema,
    decision: Type.Enum(["accept", "decline", "cancel"]),
    content: Type.Maybe(Type.Record(Type.Json())),
  }),
);

export const ResolveElicitationResponseSchema = Type.Named("ResolveElicitationResponse", Type.Empty());
