import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

const CommandExecOutputStreamSchema = Type.Named("CommandExecOutputStream", Type.Enum(["stdout", "stderr"]));

const CommandExecOutputDeltaNotificationSchema = Type.Named(
  "CommandExecOutputDeltaNotification",
  Type.Object({
    processId: Type.String(),
    stream: CommandExecOutputStreamSchema,
    deltaBase64: Type.String(),
    capReached: Type.Boolean(),
  }),
);

export const commandExecOutputDelta = defineNotification({
  method: "command/exec/outputDelta",
  direction: "serverToClient",
  params: CommandExecOutputDeltaNotificationSchema,
  doc: "Output of a running `command/exec` of this connection, as it comes. What follows one with `capReached` is left out.",
});
