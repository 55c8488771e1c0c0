import type { Static } from "@sinclair/typebox";
import { ItemIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

export const PatchApplyStatusSchema = Type.Named(
  "PatchApplyStatus",
  Type.Enum(["inProgress", "completed", "failed", "declined"]),
);
export type PatchApplyStatus = Static<typeof PatchApplyStatusSchema>;

/** `move_path` is spelled like this on the wire. */
export const PatchChangeKindSchema = Type.Named(
  "PatchChangeKind",
  Type.Tagged([
    Type.Object({ type: Type.Tag("add") }),
    Type.Object({ type: Type.Tag("delete") }),
    Type.Object({ type: Type.Tag("update"), move_path: Type.Nullable(Type.String()) }),
  ]),
);
export type PatchChangeKind = Static<typeof PatchChangeKindSchema>;

/** One file of a patch. `diff` is the content of an added or deleted file, the hunks of an updated one. */
export const FileUpdateChangeSchema = Type.Named(
  "FileUpdateChange",
  Type.Object({ path: Type.String(), kind: PatchChangeKindSchema, diff: Type.String() }),
);
export type FileUpdateChange = Static<typeof FileUpdateChangeSchema>;

/** A patch; `changes` are sorted by path. */
export const FileChangeItemSchema = Type.Object({
  type: Type.Tag("fileChange"),
  id: ItemIdSchema,
  changes: Type.Array(FileUpdateChangeSchema),
  status: PatchApplyStatusSchema,
});
export type FileChangeItem = Static<typeof FileChangeItemSchema>;
