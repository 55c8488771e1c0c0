import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";
import { ConversationIdSchema } from "./conversation-id.ts";

/** How a question of an MCP server is named, beside its server. */
export const RequestIdSchema = Type.Named("RequestId", Type.Union([Type.String(), Type.Int64()]));

/** What an `elicitation_request` asks for: the content of a form, by its flat JSON Schema, or that a page is opened. */
export const ElicitationQuestionSchema = Type.Named(
  "ElicitationQuestion",
  Type.Union([
    Type.Object({ mode: Type.Tag("form"), requestedSchema: Type.Json() }),
    Type.Object({ mode: Type.Tag("url"), url: Type.String() }),
  ]),
);
export type ElicitationQuestion = Static<typeof ElicitationQuestionSchema>;

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
