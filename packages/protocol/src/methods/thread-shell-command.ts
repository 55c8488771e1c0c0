import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadShellCommandParamsSchema = Type.Named(
  "ThreadShellCommandParams",
  Type.Object({ threadId: ThreadIdSchema, command: Type.String(), timeoutMs: Type.Maybe(Type.Int64()) }),
);
export type ThreadShellCommandParams = Static<typeof ThreadShellCommandParamsSchema>;

export const ThreadShellCommandResponseSchema = Type.Named("ThreadShellCommandResponse", Type.Empty());
export type ThreadShellCommandResponse = Static<typeof ThreadShellCommandResponseSchema>;

export const threadShellCommand = defineMethod({
  method: "thread/shellCommand",
  direction: "clientToServer",
  params: ThreadShellCommandParamsSchema,
  result: ThreadShellCommandResponseSchema,
  doc: "Runs a script of the user's own in their shell, outside the sandbox, in a turn of its own. The model is not asked and knows of it from its next turn on. A `timeoutMs` that is absent or negative is one hour.",
});
