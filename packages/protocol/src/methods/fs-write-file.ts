import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsWriteFileParamsSchema = Type.Named(
  "FsWriteFileParams",
  Type.Object({ path: Type.String(), dataBase64: Type.String() }),
);

const FsWriteFileResponseSchema = Type.Named("FsWriteFileResponse", Type.Empty());

export const fsWriteFile = defineMethod({
  method: "fs/writeFile",
  direction: "clientToServer",
  params: FsWriteFileParamsSchema,
  result: FsWriteFileResponseSchema,
  doc: "Writes a whole file, which is made when it is missing.",
});
