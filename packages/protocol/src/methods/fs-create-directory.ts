import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsCreateDirectoryParamsSchema = Type.Named(
  "FsCreateDirectoryParams",
  Type.Object({ path: Type.String(), recursive: Type.Maybe(Type.Boolean()) }),
);

const FsCreateDirectoryResponseSchema = Type.Named("FsCreateDirectoryResponse", Type.Empty());

export const fsCreateDirectory = defineMethod({
  method: "fs/createDirectory",
  direction: "clientToServer",
  params: FsCreateDirectoryParamsSchema,
  result: FsCreateDirectoryResponseSchema,
  doc: "Makes a folder, by default with the ones above it.",
});
