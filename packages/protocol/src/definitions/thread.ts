import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";
import { TurnSchema } from "./turn.ts";

export const SessionSourceSchema = Type.Named(
  "SessionSource",
  Type.Enum(["cli", "vscode", "exec", "appServer", "unknown"]),
);
export type SessionSource = Static<typeof SessionSourceSchema>;

export const GitInfoSchema = Type.Named(
  "GitInfo",
  Type.Object({
    sha: Type.Nullable(Type.String()),
    branch: Type.Nullable(Type.String()),
    originUrl: Type.Nullable(Type.String()),
  }),
);
export type GitInfo = Static<typeof GitInfoSchema>;

/** A thread as it is listed; `turns` is filled only in the answer of `thread/resume`. */
export const ThreadSchema = Type.Named(
  "Thread",
  Type.Object({
    id: ThreadIdSchema,
    /** The text of the first user message; empty before it exists. */
    preview: Type.String(),
    modelProvider: Type.String(),
    /** Unix seconds. */
    createdAt: Type.Int64(),
    /** The rollout file. */
    path: Type.String(),
    cwd: Type.String(),
    cliVersion: Type.String(),
    source: SessionSourceSchema,
    gitInfo: Type.Nullable(GitInfoSchema),
    turns: Type.Array(TurnSchema),
  }),
);
export type Thread = Static<typeof ThreadSchema>;
