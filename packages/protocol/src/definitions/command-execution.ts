import type { Static } from "@sinclair/typebox";
import { ItemIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

export const CommandExecutionStatusSchema = Type.Named(
  "CommandExecutionStatus",
  Type.Enum(["inProgress", "completed", "failed", "declined"]),
);
export type CommandExecutionStatus = Static<typeof CommandExecutionStatusSchema>;

/** What one simple command of a script does, as far as it can be told from its words. */
export const CommandActionSchema = Type.Named(
  "CommandAction",
  Type.Tagged([
    Type.Object({ type: Type.Tag("read"), command: Type.String(), name: Type.String(), path: Type.String() }),
    Type.Object({ type: Type.Tag("listFiles"), command: Type.String(), path: Type.Nullable(Type.String()) }),
    Type.Object({
      type: Type.Tag("search"),
      command: Type.String(),
      query: Type.Nullable(Type.String()),
      path: Type.Nullable(Type.String()),
    }),
    Type.Object({ type: Type.Tag("unknown"), command: Type.String() }),
  ]),
);
export type CommandAction = Static<typeof CommandActionSchema>;

/**
 * A command. The last three members are `null` while it runs and when it was declined; a command that never ran for
 * another reason has exit code -1 and the reason as its output.
 */
export const CommandExecutionItemSchema = Type.Object({
  type: Type.Tag("commandExecution"),
  id: ItemIdSchema,
  /** The argv, quoted for a shell. */
  command: Type.String(),
  cwd: Type.String(),
  /** Of an interactive process only. */
  processId: Type.Nullable(Type.String()),
  status: CommandExecutionStatusSchema,
  commandActions: Type.Array(CommandActionSchema),
  aggregatedOutput: Type.Nullable(Type.String()),
  exitCode: Type.Nullable(Type.Int32()),
  durationMs: Type.Nullable(Type.Int64()),
  /** Ours: the sandbox that was in force; `null` before the start. */
  sandbox: Type.Maybe(Type.Enum(["full", "reduced", "none"])),
});
export type CommandExecutionItem = Static<typeof CommandExecutionItemSchema>;
