import type { Static } from "@sinclair/typebox";
import { ResponseItemSchema } from "../definitions/response-item.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";
import { openedThread, threadOverrides } from "./thread-start.ts";

export const ThreadResumeParamsSchema = Type.Named(
  "ThreadResumeParams",
  Type.Object({
    threadId: ThreadIdSchema,
    history: Type.Maybe(Type.Array(ResponseItemSchema)),
    path: Type.Maybe(Type.String()),
    /** Leaves `thread.turns` empty. */
    excludeTurns: Type.OptionalWithDefault(Type.Boolean(), false),
    /** Ours: the `eventCursor` of the last notification that the client has seen of this thread. */
    afterEvent: Type.Maybe(Type.String()),
    ...threadOverrides,
  }),
);
export type ThreadResumeParams = Static<typeof ThreadResumeParamsSchema>;

export const ThreadResumeResponseSchema = Type.Named("ThreadResumeResponse", Type.Object(openedThread));
export type ThreadResumeResponse = Static<typeof ThreadResumeResponseSchema>;

export const threadResume = defineMethod({
  method: "thread/resume",
  direction: "clientToServer",
  params: ThreadResumeParamsSchema,
  result: ThreadResumeResponseSchema,
  doc: "Loads a stored thread: from `history`, else the rollout at `path`, else the one named `threadId`. The answer has its turns.",
});
