import type { Static } from "@sinclair/typebox";
import { CommandExecTerminalSizeSchema } from "../definitions/command-exec.ts";
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
    permissionProfile: Type.Maybe(Type.String()),
    env: Type.Maybe(Type.Record(Type.Nullable(Type.String()))),
    processId: Type.Maybe(Type.String()),
    tty: Type.Optional(Type.Boolean()),
    size: Type.Maybe(CommandExecTerminalSizeSchema),
    streamStdin: Type.Optional(Type.Boolean()),
    streamStdoutStderr: Type.Optional(Type.Boolean()),
    outputBytesCap: Type.Maybe(Type.Uint()),
    disableOutputCap: Type.Optional(Type.Boolean()),
    disableTimeout: Type.Optional(Type.Boolean()),
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
  doc: "Runs one command in the sandbox, beside all threads, and answers when it has ended. A negative `timeoutMs` counts as absent. With a `processId` it can be given a terminal, be written to, and tell its output while it runs.",
});
