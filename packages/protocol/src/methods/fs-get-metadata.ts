import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsGetMetadataParamsSchema = Type.Named("FsGetMetadataParams", Type.Object({ path: Type.String() }));

const FsGetMetadataResponseSchema = Type.Named(
  "FsGetMetadataResponse",
  Type.Object({
    isDirectory: Type.Boolean(),
    isFile: Type.Boolean(),
    isSymlink: Type.Boolean(),
    createdAtMs: Type.Int64(),
    modifiedAtMs: Type.Int64(),
  }),
);

export const fsGetMetadata = defineMethod({
  method: "fs/getMetadata",
  direction: "clientToServer",
  params: FsGetMetadataParamsSchema,
  result: FsGetMetadataResponseSchema,
  doc: "What a path is. Links are followed; `isSymlink` says that the path itself is one.",
});
