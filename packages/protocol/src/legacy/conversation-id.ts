import type { ThreadId } from "../ids.ts";
import { Type } from "../schema/type.ts";

/** How the first API names a thread. */
export const ConversationIdSchema = Type.Named("ConversationId", Type.Id<ThreadId>());
