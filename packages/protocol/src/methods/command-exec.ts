import type { Static } from "@sinclair/typebox";
import { SandboxPolicySchema } from "../definitions/settings.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const CommandExecParamsSchema = Type.Named(
  "CommandExecParams",
  Type.Object({
    command: Type.Array(Type.String()),
    timeoutMs: Type.Maybe(Type.Int64()),
    cwd: Type.Maybe(Type.String()),
    sandboxPolicy: Type.Maybe(SandboxPolicySchema),
  }),
);
export type CommandExecParams = Static<typeof CommandExecParamsSchema>;

export const CommandExecResponseSchema = Type.Named(
  "CommandExecResponse",
  Type.Object({ exitCode: Type.Int32(), stdout: Type.String(), stderr: Type.String() }),
);
export type CommandExecResponse = Static<typeof CommandExecResponseSchema>;

export const commandExec = defineMethod({
  method: "command/exec",
  direction: "clientToServer",
  params: CommandExecParamsSchema,
  result: CommandExecResponseSchema,
  doc: "Runs one command in the sandbox, beside all threads. A negative `timeoutMs` counts as absent.",
});
