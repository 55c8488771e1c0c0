import { defineMethod } from "../define.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { openedThread, threadOverrides } from "./thread-start.ts";
import { Type } from "../schema/type.ts";

const ThreadForkParamsSchema = Type.Named(
  "ThreadForkParams",
  Type.Object({
    threadId: ThreadIdSchema,
    path: Type.Maybe(Type.String()),
    lastTurnId: Type.Maybe(TurnIdSchema),
    beforeTurnId: Type.Maybe(TurnIdSchema),
    excludeTurns: Type.OptionalWithDefault(Type.Boolean(), false),
    ...threadOverrides,
  }),
);

const ThreadForkResponseSchema = Type.Named("ThreadForkResponse", Type.Object({ ...openedThread }));

export const threadFork = defineMethod({
  method: "thread/fork",
  direction: "clientToServer",
  params: ThreadForkParamsSchema,
  result: ThreadForkResponseSchema,
  doc: "A new thread with the history of another one, up to a turn if one is named; this client is subscribed to it, `thread/started` follows.",
});
