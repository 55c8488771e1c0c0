export { detectPatchCall, type PatchDetection, type ScriptCall } from "./detect/detect-patch-call.ts";
export { describeForModel } from "./describe.ts";
export { toFileChanges, type FileUpdateChange, type PatchChangeKind } from "./diff/file-changes.ts";
export { createTurnDiff, type FileChange, type FileState, type TurnDiff } from "./diff/turn-diff.ts";
export { unifiedDiff } from "./diff/unified.ts";
export {
  isWriteDenied,
  PatchError,
  type FileFailure,
  type HunkProblem,
  type NearestLines,
  type PatchFailure,
  type PatchPath,
  type PatchPhase,
} from "./error.ts";
export type { FilePort, FileStat, ReadPort, WritePort } from "./file-port.ts";
export { PATCH_GRAMMAR } from "./parse/grammar.ts";
export { parsePatch } from "./parse/parse.ts";
export type { AddHunk, Chunk, DeleteHunk, Hunk, Patch, UpdateHunk } from "./parse/patch.ts";
export { commitPatch } from "./commit/commit-patch.ts";
export type { FileBefore, PatchPlan, PlannedChange, PlannedRemoval, PlannedWrite } from "./plan/plan.ts";
export { planPatch } from "./plan/plan-patch.ts";
