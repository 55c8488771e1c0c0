import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";
import { ThreadStatusSchema } from "./thread-status.ts";
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

/**
 * A thread as it is listed; `turns` is filled only in the answer of `thread/resume`, and where they are asked for. The
 * members that may be absent are for clients that speak the newer dialect.
 */
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
    status: Type.Optional(ThreadStatusSchema),
    /** What somebody called it. */
    name: Type.Maybe(Type.String()),
    /** Unix seconds. */
    updatedAt: Type.Optional(Type.Int64()),
    /** Whether it has no rollout: never, here. */
    ephemeral: Type.Optional(Type.Boolean()),
    /** The same as `id`: a thread is not loaded twice. */
    sessionId: Type.Optional(Type.String()),
    projectId: Type.Maybe(Type.String()),
    /** The thread whose history it began with. */
    forkedFromId: Type.Maybe(ThreadIdSchema),
  }),
);
export type Thread = Static<typeof ThreadSchema>;
