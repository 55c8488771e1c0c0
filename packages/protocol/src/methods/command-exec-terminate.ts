import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const CommandExecTerminateParamsSchema = Type.Named(
  "CommandExecTerminateParams",
  Type.Object({ processId: Type.String() }),
);

const CommandExecTerminateResponseSchema = Type.Named("CommandExecTerminateResponse", Type.Object({}));

export const commandExecTerminate = defineMethod({
  method: "command/exec/terminate",
  direction: "clientToServer",
  params: CommandExecTerminateParamsSchema,
  result: CommandExecTerminateResponseSchema,
  doc: "Ends a running `command/exec` of this connection with all that it has started.",
});
