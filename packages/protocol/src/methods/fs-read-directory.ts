import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

/** `isDirectory` and `isFile` of what a link leads to. */
const FsReadDirectoryEntrySchema = Type.Named(
  "FsReadDirectoryEntry",
  Type.Object({ fileName: Type.String(), isDirectory: Type.Boolean(), isFile: Type.Boolean() }),
);

const FsReadDirectoryParamsSchema = Type.Named("FsReadDirectoryParams", Type.Object({ path: Type.String() }));

const FsReadDirectoryResponseSchema = Type.Named(
  "FsReadDirectoryResponse",
  Type.Object({ entries: Type.Array(FsReadDirectoryEntrySchema) }),
);

export const fsReadDirectory = defineMethod({
  method: "fs/readDirectory",
  direction: "clientToServer",
  params: FsReadDirectoryParamsSchema,
  result: FsReadDirectoryResponseSchema,
  doc: "The direct children of a folder, by name.",
});
