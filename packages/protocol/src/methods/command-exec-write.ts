import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const CommandExecWriteParamsSchema = Type.Named(
  "CommandExecWriteParams",
  Type.Object({
    processId: Type.String(),
    deltaBase64: Type.Maybe(Type.String()),
    closeStdin: Type.Optional(Type.Boolean()),
  }),
);

const CommandExecWriteResponseSchema = Type.Named("CommandExecWriteResponse", Type.Object({}));

export const commandExecWrite = defineMethod({
  method: "command/exec/write",
  direction: "clientToServer",
  params: CommandExecWriteParamsSchema,
  result: CommandExecWriteResponseSchema,
  doc: "Writes to the standard input, or terminal, of a running `command/exec` of this connection, and then ends its input if that is wanted.",
});
