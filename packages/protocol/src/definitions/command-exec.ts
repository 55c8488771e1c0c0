import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

export const CommandExecTerminalSizeSchema = Type.Named(
  "CommandExecTerminalSize",
  Type.Object({ rows: Type.Uint16(), cols: Type.Uint16() }),
);
export type CommandExecTerminalSize = Static<typeof CommandExecTerminalSizeSchema>;
