import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const GitShaSchema = Type.Named("GitSha", Type.String());
export type GitSha = Static<typeof GitShaSchema>;

export const GitDiffToRemoteParamsSchema = Type.Named("GitDiffToRemoteParams", Type.Object({ cwd: Type.String() }));
export type GitDiffToRemoteParams = Static<typeof GitDiffToRemoteParamsSchema>;

export const GitDiffToRemoteResponseSchema = Type.Named(
  "GitDiffToRemoteResponse",
  Type.Object({ sha: GitShaSchema, diff: Type.String() }),
);
export type GitDiffToRemoteResponse = Static<typeof GitDiffToRemoteResponseSchema>;

export const gitDiffToRemote = defineMethod({
  method: "gitDiffToRemote",
  direction: "clientToServer",
  params: GitDiffToRemoteParamsSchema,
  result: GitDiffToRemoteResponseSchema,
  doc: "The nearest ancestor commit that a remote has, and the diff of the working tree against it.",
});
