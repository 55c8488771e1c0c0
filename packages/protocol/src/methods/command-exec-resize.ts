import { CommandExecTerminalSizeSchema } from "../definitions/command-exec.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const CommandExecResizeParamsSchema = Type.Named(
  "CommandExecResizeParams",
  Type.Object({ processId: Type.String(), size: CommandExecTerminalSizeSchema }),
);

const CommandExecResizeResponseSchema = Type.Named("CommandExecResizeResponse", Type.Object({}));

export const commandExecResize = defineMethod({
  method: "command/exec/resize",
  direction: "clientToServer",
  params: CommandExecResizeParamsSchema,
  result: CommandExecResizeResponseSchema,
  doc: "Tells a running `command/exec` of this connection that its terminal has another size.",
});
